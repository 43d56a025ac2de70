package dev.doorward.verification;

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
import dev.doorward.v1.CheckEmailVerificationRequest;
import dev.doorward.v1.CheckEmailVerificationResponse;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.CompleteEmailVerificationRequest;
import dev.doorward.v1.CompleteEmailVerificationResponse;
import dev.doorward.v1.CompletePasswordResetRequest;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.EnableUserRequest;
import dev.doorward.v1.ProviderProfile;
import dev.doorward.v1.RequestEmailVerificationRequest;
import dev.doorward.v1.RequestEmailVerificationResponse;
import dev.doorward.v1.Session;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignInWithAccountRequest;
import dev.doorward.v1.SignInWithAccountResponse;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.ValidateSessionResponse;
import io.grpc.Status;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class EmailVerificationTest {

  private final TestServer server;

  EmailVerificationTest(TestServer server) {
    this.server = server;
  }

  @Test
  void whoeverOpensTheLinkWhereTheySignedUpKeepsWhatTheyHave() {
    SignUpResponse signedUp = server.given().signedUp();
    User user = signedUp.getUser();
    User neighbour = server.given().signedUp().getUser();
    validate(signedUp.getSession());

    CompleteEmailVerificationResponse done = complete(tokenFor(user), user.getId());

    assertThat(done.getFormerAccountsRemoved()).isFalse();
    assertThat(done.getUser().getEmailVerified()).isTrue();
    assertThat(done.getUser().getEmailVerifiedAt()).isEqualTo(done.getUser().getUpdatedAt());
    assertThat(validate(signedUp.getSession()).getUser()).isEqualTo(done.getUser());
    signIn(user);
    assertThat(server.trail().events(user.getId()))
        .contains("EMAIL_VERIFICATION_REQUESTED - - - local", "EMAIL_VERIFIED - - - local");
    assertThat(server.trail().revocations(user.getId())).containsExactly("USER_CHANGED -");
    assertThat(server.rows().text("SELECT emailVerified FROM user WHERE id = ?", neighbour.getId()))
        .isEqualTo("0");
  }

  /** Links in mails are opened by more than people. */
  @Test
  void aScannerThatOpensTheLinkFirstAndTwiceDoesNoHarm() {
    User user = server.given().signedUp().getUser();
    RequestEmailVerificationResponse given = request(user);

    for (int i = 0; i < 2; i++) {
      CheckEmailVerificationResponse checked = check(server, given.getToken());
      assertThat(checked.getUserId()).isEqualTo(user.getId());
      assertThat(checked.getEmail()).isEqualTo(user.getEmail());
      assertThat(checked.getExpiresAt()).isEqualTo(given.getExpiresAt());
    }

    assertThat(complete(given.getToken(), user.getId()).getUser().getEmailVerified())
        .isTrue();
    assertNotFound(() -> complete(given.getToken(), user.getId()));
    assertNotFound(() -> check(server, given.getToken()));
  }

  /** Somebody signs up with an address that is not theirs and waits until its owner comes. */
  @Test
  void whoeverSignedUpWithAnothersAddressIsOutOnceItsOwnerProvesIt() {
    SignUpResponse attacker = server.given().signedUp();
    User user = attacker.getUser();
    Account attackersGithub = server.given().account(user);
    String attackersReset = server.given().passwordReset(user.getEmail());
    Account.Builder ownersGoogle = Given.freeAccount().setProvider("google");
    assertRefused(
        Status.Code.FAILED_PRECONDITION,
        Reason.LOCAL_EMAIL_UNVERIFIED,
        () -> signInWith(ownersGoogle, user));

    CompleteEmailVerificationResponse done = complete(tokenFor(user), "");

    assertThat(done.getFormerAccountsRemoved()).isTrue();
    assertThat(server.rows().count("account WHERE userId = ?", user.getId())).isZero();
    assertThat(server.rows().count("account WHERE id = ?", attackersGithub.getId()))
        .isZero();
    assertNotGood(attacker.getSession());
    assertWrong(() -> signIn(user));
    assertNotFound(() -> server
        .passwords()
        .completePasswordReset(CompletePasswordResetRequest.newBuilder()
            .setToken(attackersReset)
            .setNewPassword("the attacker's")
            .build()));
    assertThat(server.trail().revocations(user.getId())).containsExactly("USER_SESSIONS_REVOKED -");
    SignInWithAccountResponse owner = signInWith(ownersGoogle, user);
    assertThat(owner.getUser().getId()).isEqualTo(user.getId());
    assertThat(owner.getUserCreated()).isFalse();
  }

  @Test
  void whoeverIsSignedInAsSomebodyElseIsNotTheOneWhoSignedUp() {
    User user = server.given().signedUp().getUser();
    User somebodyElse = server.given().signedUp().getUser();

    assertThat(complete(tokenFor(user), somebodyElse.getId()).getFormerAccountsRemoved())
        .isTrue();

    assertWrong(() -> signIn(user));
    signIn(somebodyElse);
  }

  @Test
  void anAddressThatIsVerifiedAlreadyTakesNothingAway() {
    User user = server.given().verifiedUser();
    Account account = server.given().account(user);
    Session session = server.given().session(user);

    CompleteEmailVerificationResponse done = complete(tokenFor(user), "");

    assertThat(done.getUser()).isEqualTo(user);
    assertThat(done.getFormerAccountsRemoved()).isFalse();
    assertThat(server.rows().count("account WHERE id = ?", account.getId())).isOne();
    validate(session);
  }

  @Test
  void aTokenProvesTheAddressAloneThatItWentTo() {
    User user = server.given().user();
    String token = tokenFor(user);
    server
        .users()
        .updateUser(UpdateUserRequest.newBuilder()
            .setUser(User.newBuilder().setId(user.getId()).setEmail(Given.freeEmail()))
            .build());

    assertNotFound(() -> check(server, token));
    assertNotFound(() -> complete(token, user.getId()));
  }

  @Test
  void aTokenEndsWhenTheDatabaseSaysSo() {
    User user = server.given().user();
    RequestEmailVerificationResponse given = request(user);
    Instant end = Instant.ofEpochSecond(given.getExpiresAt().getSeconds() + 1);

    try (TestServer later = TestServer.startAt(end, TestMariaDb.shared())) {
      assertNotFound(() -> check(later, given.getToken()));
    }
    complete(given.getToken(), user.getId());
  }

  @Test
  void aTokenForAnotherPurposeIsNone() {
    User user = server.given().user();
    String reset = server.given().passwordReset(user.getEmail());
    String verification = tokenFor(user);

    for (String other :
        List.of(reset, TokenForm.generate("dwv_"), TokenForm.hash(verification), "🦊")) {
      assertNotFound(() -> check(server, other));
      assertNotFound(() -> complete(other, user.getId()));
    }
    assertNotFound(() -> server
        .passwords()
        .completePasswordReset(CompletePasswordResetRequest.newBuilder()
            .setToken(verification)
            .setNewPassword(PASSWORD)
            .build()));
    complete(verification, user.getId());
  }

  @Test
  void aDisabledUserVerifiesNothingUntilTheyAreEnabled() {
    User user = server.given().user();
    String token = tokenFor(user);
    server
        .users()
        .disableUser(DisableUserRequest.newBuilder().setUserId(user.getId()).build());

    for (ThrowingCallable call : new ThrowingCallable[] {
      () -> request(user), () -> check(server, token), () -> complete(token, user.getId())
    }) {
      assertRefused(Status.Code.FAILED_PRECONDITION, Reason.USER_DISABLED, call);
    }
    server
        .users()
        .enableUser(EnableUserRequest.newBuilder().setUserId(user.getId()).build());
    complete(token, user.getId());
  }

  @Test
  void fiveAreGivenOutAtOnceForOneUser() {
    User user = server.given().user();
    for (int i = 0; i < 5; i++) {
      request(user);
    }

    assertRefused(
        Status.Code.RESOURCE_EXHAUSTED, Reason.TOO_MANY_VERIFICATIONS, () -> request(user));
    request(server.given().user());
  }

  @Test
  void aRepeatedRequestReplacesItsToken() {
    User user = server.given().user();
    RequestEmailVerificationRequest request = RequestEmailVerificationRequest.newBuilder()
        .setUserId(user.getId())
        .setRequestId(UUID.randomUUID().toString())
        .build();
    RequestEmailVerificationResponse first =
        server.verifications().requestEmailVerification(request);

    RequestEmailVerificationResponse again =
        server.verifications().requestEmailVerification(request);

    assertThat(again.getEmail()).isEqualTo(user.getEmail());
    assertThat(again.getExpiresAt()).isEqualTo(first.getExpiresAt());
    assertNotFound(() -> check(server, first.getToken()));
    complete(again.getToken(), "");
    assertNotFound(() -> server.verifications().requestEmailVerification(request));
  }

  @Test
  void noTableHoldsAToken() {
    String token = tokenFor(server.given().user());

    assertThat(token).matches("dwv_[0-9A-Za-z]{49}");
    assertThat(server.trail().placesOf(token)).isEmpty();
  }

  @Test
  void nobodyIsNotFoundAndWhatIsMissingIsNamed() {
    for (String id : List.of("nobody", "🦊", "x".repeat(1000))) {
      assertRefused(
          Status.Code.NOT_FOUND,
          Reason.USER_NOT_FOUND,
          () -> request(User.newBuilder().setId(id).build()));
    }
    ClientContext nowhere = ClientContext.newBuilder().setIpAddress("localhost").build();
    assertInvalid(
        () -> server
            .verifications()
            .requestEmailVerification(RequestEmailVerificationRequest.newBuilder()
                .setRequestId("1")
                .setClientContext(nowhere)
                .build()),
        "user_id",
        "request_id",
        "client_context.ip_address");
    assertInvalid(() -> check(server, ""), "token");
    assertInvalid(
        () -> server
            .verifications()
            .completeEmailVerification(CompleteEmailVerificationRequest.newBuilder()
                .setClientContext(nowhere)
                .build()),
        "token",
        "client_context.ip_address");
  }

  private RequestEmailVerificationResponse request(User user) {
    return server
        .verifications()
        .requestEmailVerification(
            RequestEmailVerificationRequest.newBuilder().setUserId(user.getId()).build());
  }

  private String tokenFor(User user) {
    RequestEmailVerificationResponse given = request(user);
    assertThat(given.getEmail()).isEqualTo(user.getEmail());
    return given.getToken();
  }

  private static CheckEmailVerificationResponse check(TestServer server, String token) {
    return server
        .verifications()
        .checkEmailVerification(
            CheckEmailVerificationRequest.newBuilder().setToken(token).build());
  }

  private CompleteEmailVerificationResponse complete(String token, String signedIn) {
    return server
        .verifications()
        .completeEmailVerification(CompleteEmailVerificationRequest.newBuilder()
            .setToken(token)
            .setSignedInUserId(signedIn)
            .build());
  }

  private SignInWithAccountResponse signInWith(Account.Builder account, User user) {
    return server
        .accounts()
        .signInWithAccount(SignInWithAccountRequest.newBuilder()
            .setAccount(account)
            .setProfile(
                ProviderProfile.newBuilder().setEmail(user.getEmail()).setEmailVerified(true))
            .build());
  }

  private void signIn(User user) {
    server
        .passwords()
        .signIn(SignInRequest.newBuilder()
            .setEmail(user.getEmail())
            .setPassword(PASSWORD)
            .build());
  }

  private ValidateSessionResponse validate(Session session) {
    return server
        .sessions()
        .validateSession(ValidateSessionRequest.newBuilder()
            .setSessionToken(session.getSessionToken())
            .build());
  }

  private void assertNotGood(Session session) {
    assertRefused(Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND, () -> validate(session));
  }

  private static void assertWrong(ThrowingCallable call) {
    assertRefused(Status.Code.INVALID_ARGUMENT, Reason.INVALID_CREDENTIALS, call);
  }

  private static void assertNotFound(ThrowingCallable call) {
    assertRefused(Status.Code.NOT_FOUND, Reason.VERIFICATION_NOT_FOUND, call);
  }
}
