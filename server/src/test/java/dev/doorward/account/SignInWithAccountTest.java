package dev.doorward.account;

import static dev.doorward.testing.Given.freeAccount;
import static dev.doorward.testing.Given.freeEmail;
import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Account;
import dev.doorward.v1.AccountView;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.GetAccountRequest;
import dev.doorward.v1.ProviderProfile;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SignInWithAccountRequest;
import dev.doorward.v1.SignInWithAccountResponse;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Status;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class SignInWithAccountTest {

  private static final String OLD = Given.ACCESS_TOKEN + "-old";
  private static final String NEW = Given.ACCESS_TOKEN + "-new";

  private final TestServer server;

  SignInWithAccountTest(TestServer server) {
    this.server = server;
  }

  @Test
  void somebodyNewIsCreatedLinkedAndSignedIn() {
    String email = freeEmail();
    SignInWithAccountRequest.Builder request =
        request(email).setClientContext(ClientContext.newBuilder().setIpAddress("192.0.2.7"));
    request.getProfileBuilder().setEmailVerified(true).setName("Ada").setImage("https://a/b");

    SignInWithAccountResponse answer = signIn(request);

    User user = answer.getUser();
    assertThat(answer.getUserCreated()).isTrue();
    assertThat(user.getEmail()).isEqualTo(email);
    assertThat(user.getEmailVerified()).isTrue();
    assertThat(user.getName()).isEqualTo("Ada");
    assertThat(user.getImage()).isEqualTo("https://a/b");
    assertThat(answer.getAccount().getUserId()).isEqualTo(user.getId());
    assertThat(answer.getAccount().hasAccessToken()).as("basic view").isFalse();
    assertThat(answer.getSession().getRemember()).isTrue();
    assertThat(holderOf(answer.getSession())).isEqualTo(user);
    assertThat(server.trail().events(user.getId()))
        .containsExactly(
            "USER_CREATED - - 192.0.2.7 local",
            "ACCOUNT_LINKED - " + answer.getAccount().getId() + " 192.0.2.7 local",
            "SESSION_CREATED " + answer.getSession().getId() + " - 192.0.2.7 local");
    assertThat(server.trail().revocations(user.getId())).isEmpty();
  }

  @Test
  void somebodyNewIsAsVerifiedAsTheProviderSays() {
    assertThat(signIn(request(freeEmail())).getUser().getEmailVerified()).isFalse();
  }

  @Test
  void whoeverIsLinkedIsSignedInWhateverTheirAddressIsNow() {
    SignInWithAccountRequest.Builder request = request(freeEmail());
    SignInWithAccountResponse first = signIn(request);

    SignInWithAccountResponse again = signIn(
        request.setProfile(ProviderProfile.newBuilder().setEmail(freeEmail()).setName("X")));

    assertThat(again.getUserCreated()).isFalse();
    assertThat(again.getUser()).isEqualTo(first.getUser());
    assertThat(again.getAccount().getId()).isEqualTo(first.getAccount().getId());
    assertThat(again.getSession().getId()).isNotEqualTo(first.getSession().getId());
    assertThat(holderOf(first.getSession())).isEqualTo(first.getUser());
    assertThat(signIn(request.clearProfile().setRemember(false)).getSession().getRemember())
        .isFalse();
  }

  @Test
  void theProvidersTokensReplaceThoseThatWereThere() {
    SignInWithAccountRequest.Builder request = request(freeEmail());
    request.getAccountBuilder().setAccessToken(OLD).setRefreshToken(Given.REFRESH_TOKEN);
    String id = signIn(request).getAccount().getId();

    request.getAccountBuilder().setAccessToken(NEW).clearRefreshToken();
    signIn(request);

    assertThat(full(id).getAccessToken()).isEqualTo(NEW);
    assertThat(full(id).getRefreshToken()).isEqualTo(Given.REFRESH_TOKEN);
  }

  @Test
  void aUserWithTheSameVerifiedAddressIsLinked() {
    User user = server.given().verifiedUser();
    SignInWithAccountRequest.Builder request =
        request(" " + user.getEmail().toUpperCase(java.util.Locale.ROOT));
    request.getProfileBuilder().setEmailVerified(true).setName("Ignored");

    SignInWithAccountResponse answer = signIn(request);

    assertThat(answer.getUserCreated()).isFalse();
    assertThat(answer.getUser()).isEqualTo(user);
    assertThat(server.rows().text("SELECT id FROM account WHERE userId = ?", user.getId()))
        .isEqualTo(answer.getAccount().getId());
  }

  @Test
  void anAddressThatTheProviderHasNotVerifiedLinksNobody() {
    User user = server.given().verifiedUser();

    assertRefused(
        Status.Code.FAILED_PRECONDITION,
        Reason.PROVIDER_EMAIL_UNVERIFIED,
        () -> signIn(request(user.getEmail())));
    assertUntouched(user);
  }

  @Test
  void anAddressThatTheUserHasNotVerifiedLinksNobody() {
    User user = server.given().user();
    SignInWithAccountRequest.Builder request = request(user.getEmail());
    request.getProfileBuilder().setEmailVerified(true);

    assertRefused(
        Status.Code.FAILED_PRECONDITION, Reason.LOCAL_EMAIL_UNVERIFIED, () -> signIn(request));
    assertUntouched(user);
  }

  @Test
  void aDisabledUserIsNotSignedInAndNothingIsKept() {
    SignInWithAccountRequest.Builder request = request(freeEmail());
    request.getAccountBuilder().setAccessToken(OLD);
    SignInWithAccountResponse first = signIn(request);
    disable(first.getUser());

    request.getAccountBuilder().setAccessToken(NEW);
    assertRefused(Status.Code.FAILED_PRECONDITION, Reason.USER_DISABLED, () -> signIn(request));
    assertThat(full(first.getAccount().getId()).getAccessToken()).isEqualTo(OLD);
  }

  @Test
  void aDisabledUserIsNotLinked() {
    User user = server.given().verifiedUser();
    disable(user);
    SignInWithAccountRequest.Builder request = request(user.getEmail());
    request.getProfileBuilder().setEmailVerified(true);

    assertRefused(Status.Code.FAILED_PRECONDITION, Reason.USER_DISABLED, () -> signIn(request));
    assertUntouched(user);
  }

  @Test
  void aTakenIdCreatesNobody() {
    Account neighbour = server.given().account(server.given().user());
    String email = freeEmail();
    SignInWithAccountRequest.Builder request = request(email);
    request.getAccountBuilder().setId(neighbour.getId());

    assertRefused(Status.Code.ALREADY_EXISTS, Reason.ID_TAKEN, () -> signIn(request));
    assertThat(server.rows().count("user WHERE email = ?", email)).isZero();
  }

  @Test
  void aRequestThatComesTwiceOpensOneSessionAndKillsTheFirstToken() {
    SignInWithAccountRequest.Builder request =
        request(freeEmail()).setRequestId(UUID.randomUUID().toString());
    SignInWithAccountResponse first = signIn(request);

    SignInWithAccountResponse again = signIn(request);

    assertThat(again.getUser()).isEqualTo(first.getUser());
    assertThat(again.getSession().getId()).isEqualTo(first.getSession().getId());
    assertThat(holderOf(again.getSession())).isEqualTo(first.getUser());
    assertRefused(
        Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND, () -> holderOf(first.getSession()));
    assertThat(server.rows().count("session WHERE userId = ?", first.getUser().getId()))
        .isEqualTo(1);
  }

  @Test
  void aRepeatedRequestWhoseSessionHasEndedIsRefused() {
    SignInWithAccountRequest.Builder request =
        request(freeEmail()).setRequestId(UUID.randomUUID().toString());
    Session session = signIn(request).getSession();
    server
        .sessions()
        .revokeSession(
            RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build());

    assertRefused(Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND, () -> signIn(request));
  }

  @Test
  void anotherRequestUnderTheSameIdIsRefused() {
    String requestId = UUID.randomUUID().toString();
    signIn(request(freeEmail()).setRequestId(requestId));
    String email = freeEmail();

    assertRefused(
        Status.Code.ALREADY_EXISTS,
        Reason.REQUEST_ID_REUSED,
        () -> signIn(request(email).setRequestId(requestId)));
    assertThat(server.rows().count("user WHERE email = ?", email)).isZero();
  }

  @Test
  void whatIsRequiredIsNamed() {
    assertInvalid(
        () -> signIn(SignInWithAccountRequest.newBuilder()
            .setAccount(Account.newBuilder().setUserId("x"))),
        "account.user_id",
        "account.type",
        "account.provider",
        "account.provider_account_id");
    assertInvalid(() -> signIn(request("")), "profile.email");
    SignInWithAccountRequest.Builder password = request(freeEmail());
    password.getAccountBuilder().setProvider("emailAndPassword");
    assertInvalid(() -> signIn(password), "account.provider");
  }

  private void assertUntouched(User user) {
    assertThat(server.rows().count("account WHERE userId = ?", user.getId())).isZero();
    assertThat(server.rows().count("session WHERE userId = ?", user.getId())).isZero();
    assertThat(server.rows().count("user WHERE email = ?", user.getEmail())).isEqualTo(1);
  }

  private void disable(User user) {
    server
        .users()
        .disableUser(DisableUserRequest.newBuilder().setUserId(user.getId()).build());
  }

  private User holderOf(Session session) {
    return server
        .sessions()
        .validateSession(ValidateSessionRequest.newBuilder()
            .setSessionToken(session.getSessionToken())
            .build())
        .getUser();
  }

  private SignInWithAccountResponse signIn(SignInWithAccountRequest.Builder request) {
    return server.accounts().signInWithAccount(request.build());
  }

  private static SignInWithAccountRequest.Builder request(String email) {
    return SignInWithAccountRequest.newBuilder()
        .setAccount(freeAccount())
        .setProfile(ProviderProfile.newBuilder().setEmail(email));
  }

  private Account full(String id) {
    return server
        .accounts()
        .getAccount(GetAccountRequest.newBuilder()
            .setAccountId(id)
            .setView(AccountView.ACCOUNT_VIEW_FULL)
            .build())
        .getAccount();
  }
}
