package dev.doorward.password;

import static dev.doorward.testing.Given.PASSWORD;
import static dev.doorward.testing.Given.freeEmail;
import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.detail;
import static dev.doorward.testing.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.BadRequest;
import dev.doorward.Config;
import dev.doorward.Doorward;
import dev.doorward.config.InvalidSettings;
import dev.doorward.config.Settings;
import dev.doorward.secrecy.Suite;
import dev.doorward.testing.CommandRun;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.LogCapture;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ChangePasswordRequest;
import dev.doorward.v1.CompletePasswordResetRequest;
import dev.doorward.v1.RequestPasswordResetRequest;
import dev.doorward.v1.SetPasswordRequest;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords that everybody guesses are not taken. */
@ExtendWith(DoorwardExtension.class)
class BreachedPasswordTest {

  private static final String KNOWN = "Password123";

  @TempDir
  private Path directory;

  private final TestServer server;

  BreachedPasswordTest(TestServer server) {
    this.server = server;
  }

  @Test
  void aKnownPasswordIsRefusedWhereverANewOneIsSet() {
    SignUpResponse somebody = server.given().signedUp();
    String id = somebody.getUser().getId();
    String email = freeEmail();

    assertKnown(() -> signUp(server, email, KNOWN), "password");
    assertKnown(
        () -> server
            .passwords()
            .changePassword(ChangePasswordRequest.newBuilder()
                .setUserId(id)
                .setCurrentPassword(PASSWORD)
                .setNewPassword(KNOWN)
                .build()),
        "new_password");
    assertKnown(
        () -> server
            .passwords()
            .setPassword(SetPasswordRequest.newBuilder()
                .setUserId(id)
                .setNewPassword(KNOWN)
                .build()),
        "new_password");

    assertThat(server.rows().count("user WHERE email = ?", email)).isZero();
    signIn(server, somebody.getUser().getEmail(), PASSWORD);
  }

  @Test
  void aResetTokenIsNotUsedUpByAKnownPassword() {
    User user = server.given().signedUp().getUser();
    CompletePasswordResetRequest.Builder request = CompletePasswordResetRequest.newBuilder()
        .setToken(server
            .passwords()
            .requestPasswordReset(RequestPasswordResetRequest.newBuilder()
                .setEmail(user.getEmail())
                .build())
            .getToken());

    assertKnown(
        () -> server
            .passwords()
            .completePasswordReset(request.setNewPassword(KNOWN).build()),
        "new_password");
    server
        .passwords()
        .completePasswordReset(request.setNewPassword("a quiet river, a reset").build());
    signIn(server, user.getEmail(), "a quiet river, a reset");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12345678", "qwertyuiop", "1qaz2wsx", "iloveyou", "sunshine1", "Summer2024", "football123",
        "abcd1234", "asdfghjkl", "11111111", "123123123", "zaq12wsx", "michael1", "Liverpool1",
        "ｐassword１２3"
      })
  void theListThatComesAlongKnowsWhatPeopleTakeFirst(String password) {
    Suite.letGo(List.of(password)); // Much else is written like these.

    assertKnown(() -> signUp(server, freeEmail(), password), "password");
  }

  @ParameterizedTest
  @ValueSource(strings = {"password 123", "PaSsWoRd123", "drowssap-3421", "a quiet river"})
  void whatIsNotInTheListIsTaken(String password) {
    assertThat(signUp(server, freeEmail(), password).getSession().getId()).isNotEmpty();
  }

  @Test
  void aPasswordOfTheWrongLengthIsToldSoAlone() {
    assertThat(violations(() -> signUp(server, freeEmail(), "123456")))
        .singleElement()
        .satisfies(violation -> {
          assertThat(violation.getReason()).isEmpty();
          assertThat(violation.getDescription()).contains("6 characters");
        });
  }

  @Test
  void aListOfOnesOwnTakesThePlaceOfTheOneInside() throws IOException {
    String own = "a word of this house";
    try (TestServer other = TestServer.start(
        TestMariaDb.shared(), "password.breached-list", list(own).toString())) {
      assertKnown(() -> signUp(other, freeEmail(), own), "password");
      assertKnown(() -> signUp(other, freeEmail(), "a word of this hou\u017fe"), "password");
      signUp(other, freeEmail(), own + "!");

      // Whoever has one already goes on with it.
      String email = freeEmail();
      signUp(other, email, KNOWN);
      signIn(server, email, KNOWN);
    }
  }

  @Test
  void aListThatIsNotWholeStopsTheStart() throws IOException {
    Path file = list("one", "two");
    byte[] bytes = Files.readAllBytes(file);
    bytes[30]++;
    Files.write(file, bytes);

    assertThatThrownBy(() -> Doorward.start(Config.read(new Settings(
            TestServer.settings(TestMariaDb.shared(), "password.breached-list", file.toString())))))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage("password.breached-list: " + file
            + " is damaged (expected: what its checksum says; build or copy it anew)");
  }

  @Test
  void noLogHasWhatWasRefused() {
    List<String> lines =
        LogCapture.of(() -> refusal(() -> signUp(server, freeEmail(), "Metallica2024")));

    assertThat(lines).noneMatch(line -> line.contains("Metallica2024"));
  }

  private static List<BadRequest.FieldViolation> violations(ThrowingCallable call) {
    return detail(refusal(call), BadRequest.class).orElseThrow().getFieldViolationsList();
  }

  private static void assertKnown(ThrowingCallable call, String field) {
    assertInvalid(call, field);
    BadRequest.FieldViolation violation = violations(call).get(0);
    assertThat(violation.getReason()).isEqualTo("PASSWORD_BREACHED");
    assertThat(violation.getDescription())
        .isEqualTo("known from breaches of other services (expected: another one)");
  }

  private Path list(String... passwords) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String password : passwords) {
      lines.append(String.format(
          java.util.Locale.ROOT,
          "%012X%028X:1%n",
          BreachedPasswords.prefix(password.getBytes(StandardCharsets.UTF_8)),
          0));
    }
    Path in = Files.writeString(directory.resolve("in"), lines);
    Path out = directory.resolve("out");
    assertThat(CommandRun.of("breached-list", "build", in.toString(), out.toString())
            .exit())
        .isZero();
    return out;
  }

  private static SignUpResponse signUp(TestServer server, String email, String password) {
    return server
        .passwords()
        .signUp(SignUpRequest.newBuilder().setEmail(email).setPassword(password).build());
  }

  private static void signIn(TestServer server, String email, String password) {
    server
        .passwords()
        .signIn(SignInRequest.newBuilder().setEmail(email).setPassword(password).build());
  }
}
