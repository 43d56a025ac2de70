package dev.doorward.password;

import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Race;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ChangePasswordRequest;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignInResponse;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Users whose password another system has hashed sign in with it, and from then on it is one of this server's. */
@ExtendWith(DoorwardExtension.class)
class ForeignPasswordTest {

  private static final String OURS = "$argon2id$v=19$m=19456,t=2,p=1$";

  /** One of each kind in foreign-hashes.tsv. */
  record Foreign(String system, String password, String hash) {}

  private final TestServer server;

  ForeignPasswordTest(TestServer server) {
    this.server = server;
  }

  static Stream<Foreign> foreign() throws IOException {
    try (InputStream resource =
        ForeignPasswordTest.class.getResourceAsStream("/foreign-hashes.tsv")) {
      Map<String, Foreign> bySystem = new LinkedHashMap<>();
      new String(resource.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .map(line -> line.split("\t"))
          // The last of each kind has the longest and oddest password.
          .forEach(parts -> bySystem.put(parts[0], new Foreign(parts[0], parts[1], parts[2])));
      return List.copyOf(bySystem.values()).stream();
    }
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void theFirstSignInReplacesTheHash(Foreign foreign) {
    User user = userWith(foreign.hash());

    assertWrong(user, "a wrong password");
    assertThat(storedHash(user)).isEqualTo(foreign.hash());

    assertThat(signIn(user, foreign.password()).getUser().getId()).isEqualTo(user.getId());
    assertThat(storedHash(user)).startsWith(OURS);

    assertThat(signIn(user, foreign.password()).getUser().getId()).isEqualTo(user.getId());
    assertWrong(user, "a wrong password");
  }

  @Test
  void whoeverSignsInAtOnceComesInAndOneOfThemReplacesTheHash() throws Exception {
    Foreign foreign =
        foreign().filter(each -> each.system().contains("2b")).findFirst().orElseThrow();
    User user = userWith(foreign.hash());

    Race<SignInResponse> race = Race.of(8, runner -> signIn(user, foreign.password()));

    assertThat(race.answers()).hasSize(8);
    assertThat(storedHash(user)).startsWith(OURS);
  }

  @Test
  void aPasswordThatIsChangedReplacesTheHashToo() throws Exception {
    Foreign foreign = foreign().findFirst().orElseThrow();
    User user = userWith(foreign.hash());
    User neighbour = userWith(foreign.hash());

    server
        .passwords()
        .changePassword(ChangePasswordRequest.newBuilder()
            .setUserId(user.getId())
            .setCurrentPassword(foreign.password())
            .setNewPassword("quite another password")
            .build());

    assertThat(storedHash(user)).startsWith(OURS);
    assertWrong(user, foreign.password());
    signIn(user, "quite another password");
    assertThat(storedHash(neighbour)).isEqualTo(foreign.hash());
  }

  @Test
  void whatIsInNoKnownNotationIsNobodysPassword() {
    for (String hash : List.of("", "secret", "!", "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99")) {
      User user = userWith(hash);
      assertWrong(user, "secret");
      assertThat(storedHash(user)).isEqualTo(hash);
    }
  }

  private void assertWrong(User user, String password) {
    assertRefused(
        Status.Code.INVALID_ARGUMENT, Reason.INVALID_CREDENTIALS, () -> signIn(user, password));
  }

  private User userWith(String hash) {
    User user = server.given().signedUp().getUser();
    server
        .rows()
        .change("UPDATE account SET password = ? WHERE providerAccountId = ?", hash, user.getId());
    return user;
  }

  private String storedHash(User user) {
    return server
        .rows()
        .text("SELECT password FROM account WHERE providerAccountId = ?", user.getId());
  }

  private SignInResponse signIn(User user, String password) {
    return server
        .passwords()
        .signIn(SignInRequest.newBuilder()
            .setEmail(user.getEmail())
            .setPassword(password)
            .build());
  }
}
