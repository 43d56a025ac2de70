package dev.doorward.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Account;
import dev.doorward.v1.ChangePasswordRequest;
import dev.doorward.v1.ConsumeVerificationRequest;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.CreateUserRequest;
import dev.doorward.v1.CreateVerificationRequest;
import dev.doorward.v1.DeleteUserRequest;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.ProviderProfile;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignInWithAccountRequest;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.UnlinkAccountRequest;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.Verification;
import dev.doorward.v1.VerifyPasswordRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every call here does its work on the real server; what gets lost is the answer. */
@ExtendWith(DoorwardExtension.class)
class RepetitionTest {

  private final TestServer server;
  private final FlakyServer flaky;
  private final DoorwardClient client;

  RepetitionTest(TestServer server) throws IOException {
    this.server = server;
    this.flaky = new FlakyServer(server);
    this.client = DoorwardClient.connectPlaintext(flaky.target());
  }

  @AfterEach
  void close() {
    client.close();
    flaky.close();
  }

  @Test
  void aUserWhoseCreationIsRepeatedIsCreatedOnce() {
    String email = Given.freeEmail();
    flaky.loseAnswers(2);

    User user = client.users().createUser(creationOf(email)).getUser();

    assertThat(server.rows().texts("SELECT id FROM user WHERE email = ?", email))
        .containsExactly(user.getId());
    assertOneRequestId(
        3,
        flaky.requests(CreateUserRequest.parser()).stream().map(CreateUserRequest::getRequestId));
  }

  @Test
  void aSessionWhoseCreationIsRepeatedIsOpenedOnce() {
    User user = server.given().user();
    flaky.loseAnswers(2);

    Session session = client
        .sessions()
        .createSession(CreateSessionRequest.newBuilder().setUserId(user.getId()).build())
        .getSession();

    assertOneSession(user, session);
    assertOneRequestId(
        3,
        flaky.requests(CreateSessionRequest.parser()).stream()
            .map(CreateSessionRequest::getRequestId));
  }

  @Test
  void anAccountWhoseLinkingIsRepeatedIsLinkedOnce() {
    User user = server.given().user();
    flaky.loseAnswers(2);

    Account account = client
        .accounts()
        .linkAccount(LinkAccountRequest.newBuilder()
            .setAccount(Given.freeAccount().setUserId(user.getId()))
            .build())
        .getAccount();

    assertThat(server.rows().texts("SELECT id FROM account WHERE userId = ?", user.getId()))
        .containsExactly(account.getId());
    assertOneRequestId(
        3,
        flaky.requests(LinkAccountRequest.parser()).stream().map(LinkAccountRequest::getRequestId));
  }

  @Test
  void whoeverSignsUpByARepeatedCallSignsUpOnce() {
    flaky.loseAnswers(2);

    SignUpResponse answer = client
        .passwords()
        .signUp(SignUpRequest.newBuilder()
            .setEmail(Given.freeEmail())
            .setPassword(Given.PASSWORD)
            .build());

    assertOneSession(answer.getUser(), answer.getSession());
    assertOneRequestId(
        3, flaky.requests(SignUpRequest.parser()).stream().map(SignUpRequest::getRequestId));
  }

  @Test
  void whoeverSignsInByARepeatedCallHasOneMoreSession() {
    SignUpResponse signedUp = server.given().signedUp();
    flaky.loseAnswers(2);

    Session session = client
        .passwords()
        .signIn(SignInRequest.newBuilder()
            .setEmail(signedUp.getUser().getEmail())
            .setPassword(Given.PASSWORD)
            .build())
        .getSession();

    assertThat(sessionsOf(signedUp.getUser()))
        .containsExactlyInAnyOrder(signedUp.getSession().getId(), session.getId());
    assertValid(session);
    assertOneRequestId(
        3, flaky.requests(SignInRequest.parser()).stream().map(SignInRequest::getRequestId));
  }

  @Test
  void whoeverSignsInByAProviderAndARepeatedCallIsCreatedOnce() {
    String email = Given.freeEmail();
    flaky.loseAnswers(2);

    Session session = client
        .accounts()
        .signInWithAccount(SignInWithAccountRequest.newBuilder()
            .setAccount(Given.freeAccount())
            .setProfile(ProviderProfile.newBuilder().setEmail(email).setEmailVerified(true))
            .build())
        .getSession();

    assertOneSession(
        User.newBuilder()
            .setId(server.rows().text("SELECT id FROM user WHERE email = ?", email))
            .build(),
        session);
    assertOneRequestId(
        3,
        flaky.requests(SignInWithAccountRequest.parser()).stream()
            .map(SignInWithAccountRequest::getRequestId));
  }

  @Test
  void aTokenWhoseCreationIsRepeatedIsGivenOutOnceAndUsingItIsNotRepeated() {
    flaky.loseAnswers(2);
    Verification given = client
        .verifications()
        .createVerification(CreateVerificationRequest.newBuilder()
            .setIdentifier(Given.freeEmail())
            .setPurpose("sign-in")
            .build())
        .getVerification();
    assertOneRequestId(
        3,
        flaky.requests(CreateVerificationRequest.parser()).stream()
            .map(CreateVerificationRequest::getRequestId));
    int attempts = flaky.attempts();
    flaky.loseAnswers(1);

    assertUnavailable(() -> client
        .verifications()
        .consumeVerification(ConsumeVerificationRequest.newBuilder()
            .setIdentifier(given.getIdentifier())
            .setPurpose(given.getPurpose())
            .setToken(given.getToken())
            .build()));

    assertThat(flaky.attempts()).isEqualTo(attempts + 1);
    assertThat(server.rows().count("verification WHERE identifier = ?", given.getIdentifier()))
        .isZero();
  }

  @Test
  void aReadIsRepeated() {
    User user = server.given().user();
    flaky.loseAnswers(3);

    User read = read(user.getId());

    assertThat(read).isEqualTo(user);
    assertThat(flaky.attempts()).isEqualTo(4);
  }

  @Test
  void aReadOfWhichNobodyKnowsHowItEndedIsRepeated() {
    User user = server.given().user();
    flaky.replaceAnswers(1, Status.UNKNOWN.asRuntimeException(new Metadata()));

    User read = read(user.getId());

    assertThat(read).isEqualTo(user);
    assertThat(flaky.attempts()).isEqualTo(2);
  }

  @Test
  void anUpdateIsRepeated() {
    User user = server.given().user();
    flaky.loseAnswers(1);

    User updated = client
        .users()
        .updateUser(UpdateUserRequest.newBuilder()
            .setUser(User.newBuilder().setId(user.getId()).setName("Countess"))
            .build())
        .getUser();

    assertThat(updated.getName()).isEqualTo("Countess");
    assertThat(flaky.attempts()).isEqualTo(2);
  }

  @Test
  void aPasswordIsVerifiedAgain() {
    String userId = server.given().signedUp().getUser().getId();
    flaky.loseAnswers(1);

    assertThatCode(() -> client
            .passwords()
            .verifyPassword(VerifyPasswordRequest.newBuilder()
                .setUserId(userId)
                .setPassword(Given.PASSWORD)
                .build()))
        .doesNotThrowAnyException();
    assertThat(flaky.attempts()).isEqualTo(2);
  }

  @Test
  void anotherTryIsNotMadeAfterTheFourth() {
    User user = server.given().user();
    flaky.loseAnswers(4);

    assertUnavailable(() -> read(user.getId()));

    assertThat(flaky.attempts()).isEqualTo(4);
  }

  @Test
  void aRefusalIsNotRepeated() {
    assertThatCode(() -> read("nobody")).isInstanceOf(StatusRuntimeException.class);

    assertThat(flaky.attempts()).isEqualTo(1);
  }

  @Test
  void aDeletionIsNotRepeatedForItsSuccessWouldLookLikeFailure() {
    User user = server.given().user();
    User neighbour = server.given().user();
    flaky.loseAnswers(1);

    assertUnavailable(() -> client
        .users()
        .deleteUser(DeleteUserRequest.newBuilder().setUserId(user.getId()).build()));

    assertThat(flaky.attempts()).isEqualTo(1);
    assertThat(server.rows().count("user WHERE id = ?", user.getId())).isZero();
    assertThat(server.rows().count("user WHERE id = ?", neighbour.getId())).isOne();
  }

  @Test
  void aRevocationIsNotRepeatedForItsSuccessWouldLookLikeFailure() {
    Session session = server.given().session();
    flaky.loseAnswers(1);

    assertUnavailable(() -> client
        .sessions()
        .revokeSession(
            RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build()));

    assertThat(flaky.attempts()).isEqualTo(1);
    assertThat(server.rows().count("session WHERE id = ?", session.getId())).isZero();
  }

  @Test
  void anUnlinkingIsNotRepeatedForItsSuccessWouldLookLikeFailure() {
    User user = server.given().user();
    Account account = server.given().account(user);
    Account other = server.given().account(user);
    flaky.loseAnswers(1);

    assertUnavailable(() -> client
        .accounts()
        .unlinkAccount(
            UnlinkAccountRequest.newBuilder().setAccountId(account.getId()).build()));

    assertThat(flaky.attempts()).isEqualTo(1);
    assertThat(server.rows().texts("SELECT id FROM account WHERE userId = ?", user.getId()))
        .containsExactly(other.getId());
  }

  @Test
  void aChangeOfPasswordIsNotRepeatedForTheOldOneWouldBeWrong() {
    String userId = server.given().signedUp().getUser().getId();
    flaky.loseAnswers(1);

    assertUnavailable(() -> client
        .passwords()
        .changePassword(ChangePasswordRequest.newBuilder()
            .setUserId(userId)
            .setCurrentPassword(Given.PASSWORD)
            .setNewPassword("a newer battery staple")
            .build()));

    assertThat(flaky.attempts()).isEqualTo(1);
    assertThatCode(() -> server
            .passwords()
            .verifyPassword(VerifyPasswordRequest.newBuilder()
                .setUserId(userId)
                .setPassword("a newer battery staple")
                .build()))
        .doesNotThrowAnyException();
  }

  @Test
  void aServerThatIsOverloadedIsAskedAgainWhenItSaysAndByTheSameRequestId() {
    flaky.replaceAnswers(1, overloaded("20"));

    User user = client.users().createUser(creationOf(Given.freeEmail())).getUser();

    assertThat(server.rows().count("user WHERE id = ?", user.getId())).isEqualTo(1);
    assertOneRequestId(
        2,
        flaky.requests(CreateUserRequest.parser()).stream().map(CreateUserRequest::getRequestId));
  }

  @Test
  void aServerThatWantsNoRepetitionGetsNone() {
    flaky.replaceAnswers(1, overloaded("-1"));

    assertThatCode(() -> client.users().createUser(creationOf(Given.freeEmail())))
        .isInstanceOf(StatusRuntimeException.class);

    assertThat(flaky.attempts()).isEqualTo(1);
  }

  @Test
  void whatIsDoneOnceIsNotRepeatedThoughTheServerWouldHaveIt() {
    User user = server.given().user();
    flaky.replaceAnswers(1, overloaded("20"));

    assertThatCode(() -> client
            .users()
            .deleteUser(DeleteUserRequest.newBuilder().setUserId(user.getId()).build()))
        .isInstanceOf(StatusRuntimeException.class);

    assertThat(flaky.attempts()).isEqualTo(1);
  }

  @Test
  void twoCallsHaveTwoRequestIds() {
    client.users().createUser(creationOf(Given.freeEmail()));
    client.users().createUser(creationOf(Given.freeEmail()));

    assertThat(flaky.requests(CreateUserRequest.parser()))
        .extracting(CreateUserRequest::getRequestId)
        .doesNotHaveDuplicates()
        .allSatisfy(id -> assertThat(UUID.fromString(id)).hasToString(id));
  }

  @Test
  void theCallersOwnRequestIdIsKept() {
    String own = UUID.randomUUID().toString();
    CreateUserRequest request =
        creationOf(Given.freeEmail()).toBuilder().setRequestId(own).build();

    User first = client.users().createUser(request).getUser();
    User again = client.users().createUser(request).getUser();

    assertThat(again).isEqualTo(first);
    assertThat(flaky.requests(CreateUserRequest.parser())).containsExactly(request, request);
  }

  @Test
  void theRequestOfTheCallerIsSentAsItIsButForTheRequestId() {
    CreateUserRequest request = creationOf(Given.freeEmail());

    client.users().createUser(request);

    assertThat(flaky.requests(CreateUserRequest.parser()).get(0).toBuilder()
            .clearRequestId()
            .build())
        .isEqualTo(request);
  }

  /** As a server refuses whom it has no room for, with the time after which it would (gRFC A6). */
  private static StatusRuntimeException overloaded(String pushbackMillis) {
    Metadata trailers = new Metadata();
    trailers.put(
        Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER),
        pushbackMillis);
    return Status.RESOURCE_EXHAUSTED.asRuntimeException(trailers);
  }

  private static CreateUserRequest creationOf(String email) {
    return CreateUserRequest.newBuilder()
        .setUser(User.newBuilder().setEmail(email))
        .build();
  }

  private User read(String userId) {
    return client
        .users()
        .getUser(GetUserRequest.newBuilder().setUserId(userId).build())
        .getUser();
  }

  private void assertOneSession(User user, Session session) {
    assertThat(sessionsOf(user)).containsExactly(session.getId());
    assertValid(session);
  }

  private Iterable<String> sessionsOf(User user) {
    return server.rows().texts("SELECT id FROM session WHERE userId = ?", user.getId());
  }

  private void assertValid(Session session) {
    assertThat(server
            .sessions()
            .validateSession(ValidateSessionRequest.newBuilder()
                .setSessionToken(session.getSessionToken())
                .build())
            .getSession()
            .getId())
        .isEqualTo(session.getId());
  }

  private static void assertOneRequestId(int attempts, Stream<String> ids) {
    List<String> sent = ids.toList();
    assertThat(sent).hasSize(attempts).containsOnly(sent.get(0));
    assertThat(UUID.fromString(sent.get(0))).hasToString(sent.get(0));
  }

  private static void assertUnavailable(ThrowingCallable call) {
    assertThatCode(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }
}
