package dev.doorward.password;

import static dev.doorward.testing.Given.PASSWORD;
import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static dev.doorward.testing.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ChangePasswordRequest;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SetPasswordRequest;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignInResponse;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.VerifyPasswordRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class PasswordServiceTest {

  private static final String OTHER = "another good password";

  private final TestServer server;

  PasswordServiceTest(TestServer server) {
    this.server = server;
  }

  @Test
  void signUpMakesAUserAPasswordAccountAndASession() {
    String email = Given.freeEmail();
    SignUpResponse answer = server
        .passwords()
        .signUp(signUp(email)
            .setName("Ada")
            .setClientContext(
                ClientContext.newBuilder().setIpAddress("2001:DB8::1").setUserAgent("curl"))
            .build());

    assertThat(answer.getUser().getEmail()).isEqualTo(email);
    assertThat(answer.getUser().getEmailVerified()).isFalse();
    assertThat(answer.getSession().getIpAddress()).isEqualTo("2001:db8::1");
    assertGood(answer.getSession());
    String id = answer.getUser().getId();
    assertThat(server
            .rows()
            .text(
                "SELECT CONCAT(type, provider, providerAccountId) FROM account WHERE userId = ?",
                id))
        .isEqualTo("emailemailAndPassword" + id);
    assertThat(server.rows().text("SELECT password FROM account WHERE userId = ?", id))
        .startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    assertThat(server.rows().texts("SELECT type FROM event WHERE userId = ? ORDER BY id", id))
        .containsExactly("USER_CREATED", "PASSWORD_SET", "SESSION_CREATED");
  }

  @Test
  void aTakenAddressIsRefusedInAnyForm() {
    String email = server.given().signedUp().getUser().getEmail();

    assertRefused(
        Status.Code.ALREADY_EXISTS,
        Reason.EMAIL_TAKEN,
        () -> server
            .passwords()
            .signUp(signUp(" " + email.toUpperCase(java.util.Locale.ROOT)).build()));
  }

  @Test
  void whoCannotSignInIsToldTheSameForWhateverReason() {
    String known = server.given().signedUp().getUser().getEmail();
    String withoutPassword = server.given().user().getEmail();
    SignUpResponse disabled = server.given().signedUp();
    disable(disabled.getUser());

    StatusRuntimeException wrong = refusal(() -> signIn(known, OTHER));

    assertRefused(
        Status.Code.INVALID_ARGUMENT, Reason.INVALID_CREDENTIALS, () -> signIn(known, OTHER));
    for (String email :
        new String[] {Given.freeEmail(), withoutPassword, disabled.getUser().getEmail()}) {
      assertThat(StatusProto.fromThrowable(refusal(() -> signIn(email, OTHER))))
          .isEqualTo(StatusProto.fromThrowable(wrong));
    }
  }

  @Test
  void aHashThatIsNoneIsRefusedLikeAWrongPassword() {
    SignUpResponse somebody = server.given().signedUp();
    for (String hash : new String[] {
      "",
      "plain text",
      "$2y$10$abcdefghijklmnopqrstuv0123456789012345678901234567890",
      "$argon2id$v=19$m=19456,t=2,p=1$",
      "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$tooshort",
      "$argon2id$v=999999999$m=999999999,t=999999999,p=999999999$c29tZXNhbHRzYWx0$"
          + "A".repeat(43),
    }) {
      server
          .rows()
          .change(
              "UPDATE account SET password = ? WHERE userId = ?",
              hash,
              somebody.getUser().getId());

      assertRefused(
          Status.Code.INVALID_ARGUMENT,
          Reason.INVALID_CREDENTIALS,
          () -> signIn(somebody.getUser().getEmail(), PASSWORD));
    }
  }

  @Test
  void onlyTheRightPasswordTellsThatAUserIsDisabled() {
    SignUpResponse somebody = server.given().signedUp();
    disable(somebody.getUser());

    assertRefused(
        Status.Code.FAILED_PRECONDITION,
        Reason.USER_DISABLED,
        () -> signIn(somebody.getUser().getEmail(), PASSWORD));
    assertNotGood(somebody.getSession());
  }

  @Test
  void aPasswordIsTheSameInEveryUnicodeForm() {
    String email = Given.freeEmail();
    server
        .passwords()
        .signUp(SignUpRequest.newBuilder()
            .setEmail(email)
            .setPassword("cafe\u0301 noir")
            .build());

    assertGood(signIn(email, "caf\u00e9 noir").getSession());
    assertGood(signIn(email, "ca\uff46\u00e9 noir").getSession());
  }

  @Test
  void aNewPasswordHasEightTo128CharactersAndAtMost1024Bytes() {
    for (String password : new String[] {"", "1234567", "x".repeat(129), "\u20ac".repeat(342)}) {
      assertInvalid(
          () -> server
              .passwords()
              .signUp(SignUpRequest.newBuilder()
                  .setEmail(Given.freeEmail())
                  .setPassword(password)
                  .build()),
          "password");
    }
    for (String password : new String[] {"g7k-Qw2z", "\ud83d\udd11".repeat(128)}) {
      assertGood(server
          .passwords()
          .signUp(SignUpRequest.newBuilder()
              .setEmail(Given.freeEmail())
              .setPassword(password)
              .build())
          .getSession());
    }
  }

  @Test
  void verifyingChecksThePasswordAndOpensNothing() {
    SignUpResponse somebody = server.given().signedUp();
    String id = somebody.getUser().getId();

    server.passwords().verifyPassword(verify(id, PASSWORD));

    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        Reason.INVALID_CREDENTIALS,
        () -> server.passwords().verifyPassword(verify(id, OTHER)));
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        Reason.INVALID_CREDENTIALS,
        () -> server.passwords().verifyPassword(verify("nobody", PASSWORD)));
    assertThat(server.rows().count("session WHERE userId = ?", id)).isEqualTo(1);
  }

  @Test
  void aChangedPasswordEndsAllSessionsButTheNamedOne() {
    SignUpResponse somebody = server.given().signedUp();
    Session other = signIn(somebody.getUser().getEmail(), PASSWORD).getSession();
    SignUpResponse neighbour = server.given().signedUp();

    server
        .passwords()
        .changePassword(change(somebody.getUser(), PASSWORD)
            .setKeepSessionId(somebody.getSession().getId())
            .build());

    assertGood(somebody.getSession());
    assertNotGood(other);
    assertGood(neighbour.getSession());
    assertGood(signIn(somebody.getUser().getEmail(), OTHER).getSession());
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        Reason.INVALID_CREDENTIALS,
        () -> signIn(somebody.getUser().getEmail(), PASSWORD));
    assertGood(signIn(neighbour.getUser().getEmail(), PASSWORD).getSession());
  }

  @Test
  void aWrongCurrentPasswordChangesNothing() {
    SignUpResponse somebody = server.given().signedUp();

    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        Reason.INVALID_CREDENTIALS,
        () ->
            server.passwords().changePassword(change(somebody.getUser(), OTHER).build()));

    assertGood(somebody.getSession());
    assertGood(signIn(somebody.getUser().getEmail(), PASSWORD).getSession());
  }

  @Test
  void aPasswordCanBeSetForSomebodyWhoHadNone() {
    User user = server.given().user();

    server.passwords().setPassword(set(user.getId()).build());

    assertGood(signIn(user.getEmail(), OTHER).getSession());
    assertRefused(
        Status.Code.NOT_FOUND,
        Reason.USER_NOT_FOUND,
        () -> server.passwords().setPassword(set("nobody").build()));
  }

  @Test
  void aPasswordThatIsSetEndsTheSessionsUnlessToldOtherwise() {
    SignUpResponse somebody = server.given().signedUp();

    server
        .passwords()
        .setPassword(set(somebody.getUser().getId()).setKeepAllSessions(true).build());
    assertGood(somebody.getSession());

    server.passwords().setPassword(set(somebody.getUser().getId()).build());
    assertNotGood(somebody.getSession());
  }

  @Test
  void aRepeatedSignUpGivesTheSameSessionAFreshToken() {
    SignUpRequest request =
        signUp(Given.freeEmail()).setRequestId(UUID.randomUUID().toString()).build();
    Session first = server.passwords().signUp(request).getSession();

    Session again = server.passwords().signUp(request).getSession();

    assertThat(again.getId()).isEqualTo(first.getId());
    assertGood(again);
    assertNotGood(first);
    assertRefused(
        Status.Code.ALREADY_EXISTS,
        Reason.REQUEST_ID_REUSED,
        () -> server.passwords().signUp(request.toBuilder().setPassword(OTHER).build()));
    assertRefused(
        Status.Code.ALREADY_EXISTS,
        Reason.REQUEST_ID_REUSED,
        () -> server
            .passwords()
            .signUp(request.toBuilder().setEmail(Given.freeEmail()).build()));
    assertGood(again);
  }

  @Test
  void aRepeatedSignInGivesTheSameSessionAFreshToken() {
    SignInRequest request = SignInRequest.newBuilder()
        .setEmail(server.given().signedUp().getUser().getEmail())
        .setPassword(PASSWORD)
        .setRequestId(UUID.randomUUID().toString())
        .build();
    Session first = server.passwords().signIn(request).getSession();

    Session again = server.passwords().signIn(request).getSession();

    assertThat(again.getId()).isEqualTo(first.getId());
    assertGood(again);
    assertNotGood(first);
  }

  @Test
  void noTableHoldsAPasswordOrAToken() {
    String secret = "marked secret " + UUID.randomUUID();
    String token = server
        .passwords()
        .signUp(signUp(Given.freeEmail()).setPassword(secret).build())
        .getSession()
        .getSessionToken();

    for (String column : server.rows().texts("""
        SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns
        WHERE table_schema = DATABASE() AND collation_name IS NOT NULL
        """)) {
      String[] name = column.split("\\.");
      assertThat(server
              .rows()
              .count(
                  name[0] + " WHERE LOCATE(?, " + name[1] + ") OR LOCATE(?, " + name[1] + ")",
                  secret,
                  token))
          .as(column)
          .isZero();
    }
  }

  private static SignUpRequest.Builder signUp(String email) {
    return SignUpRequest.newBuilder().setEmail(email).setPassword(PASSWORD);
  }

  private SignInResponse signIn(String email, String password) {
    return server
        .passwords()
        .signIn(SignInRequest.newBuilder().setEmail(email).setPassword(password).build());
  }

  private static VerifyPasswordRequest verify(String userId, String password) {
    return VerifyPasswordRequest.newBuilder()
        .setUserId(userId)
        .setPassword(password)
        .build();
  }

  private static ChangePasswordRequest.Builder change(User user, String current) {
    return ChangePasswordRequest.newBuilder()
        .setUserId(user.getId())
        .setCurrentPassword(current)
        .setNewPassword(OTHER);
  }

  private static SetPasswordRequest.Builder set(String userId) {
    return SetPasswordRequest.newBuilder().setUserId(userId).setNewPassword(OTHER);
  }

  private void disable(User user) {
    server
        .users()
        .disableUser(DisableUserRequest.newBuilder().setUserId(user.getId()).build());
  }

  private void assertGood(Session session) {
    assertThat(validate(session).getId()).isEqualTo(session.getId());
  }

  private void assertNotGood(Session session) {
    assertRefused(Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND, () -> validate(session));
  }

  private Session validate(Session session) {
    return server
        .sessions()
        .validateSession(ValidateSessionRequest.newBuilder()
            .setSessionToken(session.getSessionToken())
            .build())
        .getSession();
  }
}
