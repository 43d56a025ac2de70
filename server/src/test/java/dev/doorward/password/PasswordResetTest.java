package dev.doorward.password;

import static dev.doorward.testing.Given.PASSWORD;
import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.token.TokenForm;
import dev.doorward.v1.Account;
import dev.doorward.v1.ChangePasswordRequest;
import dev.doorward.v1.CheckPasswordResetRequest;
import dev.doorward.v1.CheckPasswordResetResponse;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.CompletePasswordResetRequest;
import dev.doorward.v1.CompletePasswordResetResponse;
import dev.doorward.v1.ConsumeVerificationRequest;
import dev.doorward.v1.DeleteUserRequest;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.EnableUserRequest;
import dev.doorward.v1.RequestPasswordResetRequest;
import dev.doorward.v1.RequestPasswordResetResponse;
import dev.doorward.v1.Session;
import dev.doorward.v1.SetPasswordRequest;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Status;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class PasswordResetTest {

  private static final String OTHER = "another good password";

  private final TestServer server;

  PasswordResetTest(TestServer server) {
    this.server = server;
  }

  @Test
  void aResetReplacesThePasswordAndEndsAllSessionsByOneRevocation() {
    User user = verifiedUserWithPassword();
    Session first = signIn(user, PASSWORD);
    Session second = signIn(user, PASSWORD);
    User neighbour = verifiedUserWithPassword();
    Session neighbours = signIn(neighbour, PASSWORD);

    CompletePasswordResetResponse done = complete(tokenFor(user));

    assertThat(done.getUser()).isEqualTo(user);
    assertThat(done.getFormerAccountsRemoved()).isFalse();
    assertNotGood(first);
    assertNotGood(second);
    assertWrong(() -> signIn(user, PASSWORD));
    assertThat(server.trail().revocations(user.getId())).containsExactly("USER_SESSIONS_REVOKED -");
    assertThat(server.trail().events(user.getId()))
        .endsWith("PASSWORD_RESET - - - local", "USER_SESSIONS_REVOKED - - - local")
        .contains("PASSWORD_RESET_REQUESTED - - - local");
    assertGood(signIn(user, OTHER));
    assertGood(neighbours);
    assertGood(signIn(neighbour, PASSWORD));
  }

  @Test
  void aTokenIsUsedOnce() {
    User user = verifiedUserWithPassword();
    String token = tokenFor(user);
    complete(token);

    assertNotFound(() -> complete(token, "a third good password"));
    assertNotFound(() -> check(server, token));
    assertGood(signIn(user, OTHER));
  }

  @Test
  void aPasswordThatIsRefusedDoesNotUseTheTokenUp() {
    User user = verifiedUserWithPassword();
    String token = tokenFor(user);

    for (String refused : List.of("", "1234567", "x".repeat(129))) {
      assertInvalid(() -> complete(token, refused), "new_password");
    }

    assertGood(signIn(user, PASSWORD));
    complete(token);
    assertGood(signIn(user, OTHER));
  }

  @Test
  void aTokenIsCheckedAsOftenAsOneLikes() {
    User user = verifiedUserWithPassword();
    RequestPasswordResetResponse given = request(user.getEmail());

    for (int i = 0; i < 3; i++) {
      CheckPasswordResetResponse checked = check(server, given.getToken());
      assertThat(checked.getUserId()).isEqualTo(user.getId());
      assertThat(checked.getEmail()).isEqualTo(user.getEmail());
      assertThat(checked.getExpiresAt()).isEqualTo(given.getExpiresAt());
    }
    complete(given.getToken());
  }

  @Test
  void aTokenEndsWhenTheDatabaseSaysSo() {
    User user = verifiedUserWithPassword();
    RequestPasswordResetResponse given = request(user.getEmail());
    Instant end = Instant.ofEpochSecond(given.getExpiresAt().getSeconds() + 1);

    try (TestServer later = TestServer.startAt(end, TestMariaDb.shared())) {
      assertNotFound(() -> check(later, given.getToken()));
      assertNotFound(() -> later
          .passwords()
          .completePasswordReset(CompletePasswordResetRequest.newBuilder()
              .setToken(given.getToken())
              .setNewPassword(OTHER)
              .build()));
    }
    complete(given.getToken());
  }

  @Test
  void aTokenForAnotherPurposeIsNone() {
    User user = verifiedUserWithPassword();
    String token = tokenFor(user);
    String sameFormOtherPurpose = tokenFor(user);
    server
        .rows()
        .change(
            "UPDATE verification SET purpose = 'sign-in' WHERE value = ?",
            TokenForm.hash(sameFormOtherPurpose));

    for (String other : List.of(
        sameFormOtherPurpose,
        server.given().verification(user.getEmail(), "sign-in").getToken(),
        server.given().session(user).getSessionToken(),
        TokenForm.generate("dwr_"),
        TokenForm.hash(token),
        token.substring(1),
        "🦊")) {
      assertNotFound(() -> check(server, other));
      assertNotFound(() -> complete(other));
    }
    assertNotFound(() -> server
        .verifications()
        .consumeVerification(ConsumeVerificationRequest.newBuilder()
            .setIdentifier(user.getEmail())
            .setPurpose("sign-in")
            .setToken(token)
            .build()));
    complete(token);
  }

  @Test
  void anAddressThatNobodyHasGetsATokenThatIsGoodForNothing() {
    String nobody = Given.freeEmail();
    RequestPasswordResetResponse given = request(nobody);

    assertThat(given.getEmail()).isEqualTo(nobody);
    assertThat(given.getToken()).matches("dwr_[0-9A-Za-z]{49}");
    assertNotFound(() -> check(server, given.getToken()));
    assertNotFound(() -> complete(given.getToken()));

    User late = server.given().user(User.newBuilder().setEmail(nobody).build());
    assertNotFound(() -> complete(given.getToken()));
    assertWrong(() -> signIn(late, OTHER));
    assertThat(server.trail().placesOf(nobody)).containsExactly("user.email");
  }

  @Test
  void theTokenGoesToTheAddressThatTheUserHas() {
    User user = verifiedUserWithPassword();
    String typed = "  " + user.getEmail().toUpperCase(Locale.ROOT).replace("U", "\uff35");

    RequestPasswordResetResponse given = request(typed);

    assertThat(given.getEmail()).isEqualTo(user.getEmail());
    assertThat(check(server, given.getToken()).getUserId()).isEqualTo(user.getId());
  }

  /** Whoever signed up with an address need not be the one who has the mailbox. */
  @Test
  void theFirstProofOfAMailboxTakesAwayWhatWasThereBefore() {
    User user = server.given().signedUp().getUser();
    Account github = server.given().account(user);
    Session session = server.given().session(user);
    User neighbour = server.given().signedUp().getUser();

    CompletePasswordResetResponse done = complete(tokenFor(user));

    assertThat(done.getFormerAccountsRemoved()).isTrue();
    assertThat(done.getUser().getEmailVerified()).isTrue();
    assertThat(done.getUser().hasEmailVerifiedAt()).isTrue();
    assertThat(server.rows().texts("SELECT provider FROM account WHERE userId = ?", user.getId()))
        .containsExactly("emailAndPassword");
    assertThat(server.rows().count("account WHERE id = ?", github.getId())).isZero();
    assertNotGood(session);
    assertWrong(() -> signIn(user, PASSWORD));
    assertGood(signIn(user, OTHER));
    assertThat(server.trail().events(user.getId()))
        .containsSubsequence(
            "EMAIL_VERIFIED - - - local",
            "FORMER_ACCOUNTS_REMOVED - - - local",
            "PASSWORD_RESET - - - local",
            "USER_SESSIONS_REVOKED - - - local");
    assertGood(signIn(neighbour, PASSWORD));
  }

  @Test
  void theAccountsOfWhoeverHasProvedTheirAddressStay() {
    User user = verifiedUserWithPassword();
    server.given().account(user);

    assertThat(complete(tokenFor(user)).getFormerAccountsRemoved()).isFalse();
    assertThat(server
            .rows()
            .texts("SELECT provider FROM account WHERE userId = ? ORDER BY provider", user.getId()))
        .containsExactly("emailAndPassword", "github");
  }

  @Test
  void whoeverHadNoPasswordGetsOne() {
    User user = server.given().verifiedUser();

    complete(tokenFor(user));

    assertGood(signIn(user, OTHER));
  }

  @Test
  void aResetEndsTheLockOfAHundredWrongPasswords() {
    User user = verifiedUserWithPassword();
    assertWrong(() -> signIn(user, OTHER));
    server
        .rows()
        .change(
            "UPDATE account_attempts SET failures = 100 WHERE subject = ?", "user:" + user.getId());
    assertRefused(
        Status.Code.FAILED_PRECONDITION,
        Reason.PASSWORD_RESET_REQUIRED,
        () -> signIn(user, PASSWORD));

    complete(tokenFor(user));

    assertGood(signIn(user, OTHER));
  }

  @Test
  void whatWasAskedForBeforeANewPasswordIsGoodForNothing() {
    User user = verifiedUserWithPassword();
    User neighbour = verifiedUserWithPassword();
    String neighbours = tokenFor(neighbour);

    String beforeReset = tokenFor(user);
    complete(tokenFor(user));
    assertNotFound(() -> complete(beforeReset));

    String beforeChange = tokenFor(user);
    server
        .passwords()
        .changePassword(ChangePasswordRequest.newBuilder()
            .setUserId(user.getId())
            .setCurrentPassword(OTHER)
            .setNewPassword(PASSWORD)
            .build());
    assertNotFound(() -> complete(beforeChange));

    String beforeSet = tokenFor(user);
    setPassword(user);
    assertNotFound(() -> complete(beforeSet));

    complete(neighbours);
  }

  @Test
  void aTokenIsGoodForTheAddressAloneThatItWentTo() {
    User user = verifiedUserWithPassword();
    String token = tokenFor(user);

    changeEmail(user, Given.freeEmail());

    assertNotFound(() -> check(server, token));
    assertNotFound(() -> complete(token));
    changeEmail(user, user.getEmail());
    complete(token);
  }

  @Test
  void aTokenEndsWithItsUserWhoeverHasTheAddressNext() {
    User user = verifiedUserWithPassword();
    String token = tokenFor(user);
    server
        .users()
        .deleteUser(DeleteUserRequest.newBuilder().setUserId(user.getId()).build());
    User next = server.given().user(User.newBuilder().setEmail(user.getEmail()).build());

    assertNotFound(() -> complete(token));
    assertThat(server.rows().count("account WHERE userId = ?", next.getId())).isZero();
  }

  @Test
  void aDisabledUserGetsTheSameTokenWhichIsOfNoUseUntilTheyAreEnabled() {
    User user = verifiedUserWithPassword();
    server
        .users()
        .disableUser(DisableUserRequest.newBuilder().setUserId(user.getId()).build());
    String token = tokenFor(user);

    assertRefused(
        Status.Code.FAILED_PRECONDITION, Reason.USER_DISABLED, () -> check(server, token));
    assertRefused(Status.Code.FAILED_PRECONDITION, Reason.USER_DISABLED, () -> complete(token));

    server
        .users()
        .enableUser(EnableUserRequest.newBuilder().setUserId(user.getId()).build());
    complete(token);
    assertGood(signIn(user, OTHER));
  }

  @Test
  void aRepeatedRequestReplacesItsTokenAndMakesNoOther() {
    for (String email : List.of(verifiedUserWithPassword().getEmail(), Given.freeEmail())) {
      RequestPasswordResetRequest request = RequestPasswordResetRequest.newBuilder()
          .setEmail(email)
          .setRequestId(UUID.randomUUID().toString())
          .build();
      RequestPasswordResetResponse first = server.passwords().requestPasswordReset(request);
      for (int i = 0; i < 4; i++) {
        request(email);
      }
      assertTooMany(() -> request(email));

      RequestPasswordResetResponse again = server.passwords().requestPasswordReset(request);

      assertThat(again.getExpiresAt()).isEqualTo(first.getExpiresAt());
      assertThat(again.getToken()).isNotEqualTo(first.getToken());
      assertNotFound(() -> check(server, first.getToken()));
      assertRefused(
          Status.Code.ALREADY_EXISTS,
          Reason.REQUEST_ID_REUSED,
          () -> server
              .passwords()
              .requestPasswordReset(
                  request.toBuilder().setEmail(Given.freeEmail()).build()));
      assertTooMany(() -> request(email));
    }
  }

  @Test
  void noTableHoldsAToken() {
    String token = tokenFor(verifiedUserWithPassword());

    assertThat(server.trail().placesOf(token)).isEmpty();
    assertThat(server.trail().placesOf(TokenForm.hash(token)))
        .containsExactly("verification.value");
  }

  @Test
  void everyWrongFieldIsNamed() {
    ClientContext nowhere = ClientContext.newBuilder().setIpAddress("localhost").build();
    assertInvalid(
        () -> server
            .passwords()
            .requestPasswordReset(RequestPasswordResetRequest.newBuilder()
                .setEmail("ada")
                .setRequestId("1")
                .setClientContext(nowhere)
                .build()),
        "email",
        "request_id",
        "client_context.ip_address");
    assertInvalid(() -> check(server, ""), "token");
    assertInvalid(
        () -> server
            .passwords()
            .completePasswordReset(CompletePasswordResetRequest.newBuilder()
                .setNewPassword("short")
                .setClientContext(nowhere)
                .build()),
        "token",
        "new_password",
        "client_context.ip_address");
  }

  private User verifiedUserWithPassword() {
    User user = server.given().verifiedUser();
    setPassword(user);
    return user;
  }

  private void setPassword(User user) {
    server
        .passwords()
        .setPassword(SetPasswordRequest.newBuilder()
            .setUserId(user.getId())
            .setNewPassword(PASSWORD)
            .build());
  }

  private void changeEmail(User user, String email) {
    server
        .users()
        .updateUser(UpdateUserRequest.newBuilder()
            .setUser(User.newBuilder().setId(user.getId()).setEmail(email))
            .build());
  }

  private String tokenFor(User user) {
    return server.given().passwordReset(user.getEmail());
  }

  private RequestPasswordResetResponse request(String email) {
    return server
        .passwords()
        .requestPasswordReset(
            RequestPasswordResetRequest.newBuilder().setEmail(email).build());
  }

  private static CheckPasswordResetResponse check(TestServer server, String token) {
    return server
        .passwords()
        .checkPasswordReset(
            CheckPasswordResetRequest.newBuilder().setToken(token).build());
  }

  private CompletePasswordResetResponse complete(String token) {
    return complete(token, OTHER);
  }

  private CompletePasswordResetResponse complete(String token, String password) {
    return server
        .passwords()
        .completePasswordReset(CompletePasswordResetRequest.newBuilder()
            .setToken(token)
            .setNewPassword(password)
            .build());
  }

  private Session signIn(User user, String password) {
    return server
        .passwords()
        .signIn(SignInRequest.newBuilder()
            .setEmail(user.getEmail())
            .setPassword(password)
            .build())
        .getSession();
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

  private static void assertWrong(ThrowingCallable call) {
    assertRefused(Status.Code.INVALID_ARGUMENT, Reason.INVALID_CREDENTIALS, call);
  }

  private static void assertTooMany(ThrowingCallable call) {
    assertRefused(Status.Code.RESOURCE_EXHAUSTED, Reason.TOO_MANY_VERIFICATIONS, call);
  }

  private static void assertNotFound(ThrowingCallable call) {
    assertRefused(Status.Code.NOT_FOUND, Reason.VERIFICATION_NOT_FOUND, call);
  }
}
