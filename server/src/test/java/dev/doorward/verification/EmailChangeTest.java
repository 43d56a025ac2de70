package dev.doorward.verification;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.StatementLog;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CheckEmailChangeRequest;
import dev.doorward.v1.CheckEmailChangeResponse;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.CompleteEmailChangeRequest;
import dev.doorward.v1.CompleteEmailChangeResponse;
import dev.doorward.v1.CompletePasswordResetRequest;
import dev.doorward.v1.DeleteUserRequest;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.RequestEmailChangeRequest;
import dev.doorward.v1.RequestEmailChangeResponse;
import dev.doorward.v1.Session;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class EmailChangeTest {

  private final TestServer server;

  EmailChangeTest(TestServer server) {
    this.server = server;
  }

  @Test
  void theNewAddressIsTheUsersOnceItIsConfirmed() {
    User user = server.given().verifiedUser();
    Session session = server.given().session(user);
    User neighbour = server.given().user();
    String wanted = Given.freeEmail();

    RequestEmailChangeResponse given = request(user, " " + wanted.toUpperCase(Locale.ROOT));
    assertThat(given.getEmail()).isEqualTo(wanted);
    assertThat(get(user)).isEqualTo(user);
    CompleteEmailChangeResponse done = complete(given.getToken(), user);

    assertThat(done.getFormerEmail()).isEqualTo(user.getEmail());
    assertThat(done.getUser().getEmail()).isEqualTo(wanted);
    assertThat(done.getUser().getEmailVerified()).isTrue();
    assertThat(done.getUser().getEmailVerifiedAt()).isEqualTo(done.getUser().getUpdatedAt());
    assertThat(validatedUser(session)).isEqualTo(done.getUser());
    assertThat(get(neighbour)).isEqualTo(neighbour);
    assertThat(server.trail().events(user.getId()))
        .containsSubsequence("EMAIL_CHANGE_REQUESTED - - - local", "EMAIL_CHANGED - - - local");
    assertThat(server.trail().revocations(user.getId())).containsExactly("USER_CHANGED -");
  }

  /** Whoever follows the log has the user's old address at hand when somebody asks for a new one. */
  @Test
  void theEventOfTheRequestComesWhileTheUserHasTheOldAddress() {
    User user = server.given().verifiedUser();

    request(user, Given.freeEmail());

    assertThat(server.trail().event(user.getId())).isEqualTo("EMAIL_CHANGE_REQUESTED - - - local");
    assertThat(get(user).getEmail()).isEqualTo(user.getEmail());
  }

  @Test
  void aScannerDoesNoHarmAndATokenIsUsedOnce() {
    User user = server.given().user();
    RequestEmailChangeResponse given = request(user, Given.freeEmail());

    for (int i = 0; i < 2; i++) {
      CheckEmailChangeResponse checked = check(server, given.getToken());
      assertThat(checked.getUserId()).isEqualTo(user.getId());
      assertThat(checked.getEmail()).isEqualTo(given.getEmail());
      assertThat(checked.getExpiresAt()).isEqualTo(given.getExpiresAt());
    }

    complete(given.getToken(), user);
    assertNotFound(() -> complete(given.getToken(), user));
  }

  @Test
  void theRequestTellsNothingOfWhoHasTheAddress() {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(mariaDb);
        StatementLog log = StatementLog.start(server.rows())) {
      User user = server.given().user();
      List<List<String>> statements = new ArrayList<>();
      List<Integer> sizes = new ArrayList<>();
      for (String wanted : List.of(server.given().user().getEmail(), Given.freeEmail())) {
        RequestEmailChangeRequest request = RequestEmailChangeRequest.newBuilder()
            .setUserId(user.getId())
            .setNewEmail(wanted)
            .build();
        statements.add(log
            .of(() -> sizes.add(server.verifications().requestEmailChange(request).toBuilder()
                .clearExpiresAt()
                .build()
                .getSerializedSize()))
            .stream()
            .map(statement -> statement.replaceAll("'(?:[^'\\\\]|\\\\.)*'|\\b\\d+\\b", "?"))
            .toList());
      }

      assertThat(statements.get(0)).hasSizeGreaterThan(5).last().isEqualTo("COMMIT");
      assertThat(statements.get(1)).isEqualTo(statements.get(0));
      assertThat(sizes.get(1)).isEqualTo(sizes.get(0));
    }
  }

  @Test
  void onlyWhoeverHasTheMailboxLearnsThatTheAddressIsTaken() {
    User user = server.given().user();
    User holder = server.given().user();
    String token = request(user, holder.getEmail()).getToken();

    assertThat(check(server, token).getUserId()).isEqualTo(user.getId());
    assertRefused(Status.Code.ALREADY_EXISTS, Reason.EMAIL_TAKEN, () -> complete(token, user));
    assertThat(get(user)).isEqualTo(user);
    assertThat(get(holder)).isEqualTo(holder);

    server
        .users()
        .deleteUser(DeleteUserRequest.newBuilder().setUserId(holder.getId()).build());
    assertThat(complete(token, user).getUser().getEmail()).isEqualTo(holder.getEmail());
  }

  /** Somebody has the link sent to a stranger, whose address would then be on an account that is not theirs. */
  @Test
  void aStrangerWhoOpensTheLinkPutsTheirAddressOnNobodysAccount() {
    User attacker = server.given().verifiedUser();
    User stranger = server.given().user();
    String token = request(attacker, Given.freeEmail()).getToken();

    assertNotFound(() -> complete(token, stranger));
    assertThat(get(attacker)).isEqualTo(attacker);
    complete(token, attacker);
  }

  /** Somebody asked for another address before the owner came back, and confirms it afterwards. */
  @Test
  void whatWasAskedForBeforeAResetIsGoodForNothing() {
    User user = server.given().signedUp().getUser();
    String attackers = request(user, Given.freeEmail()).getToken();
    server
        .passwords()
        .completePasswordReset(CompletePasswordResetRequest.newBuilder()
            .setToken(server.given().passwordReset(user.getEmail()))
            .setNewPassword("the owner's password")
            .build());

    assertNotFound(() -> complete(attackers, user));
    assertThat(get(user).getEmail()).isEqualTo(user.getEmail());
  }

  @Test
  void aChangeMakesWhatWasAskedForBeforeGoodForNothing() {
    User user = server.given().verifiedUser();
    String reset = server.given().passwordReset(user.getEmail());
    String other = request(user, Given.freeEmail()).getToken();
    User neighbour = server.given().user();
    String neighbours = request(neighbour, Given.freeEmail()).getToken();
    complete(request(user, Given.freeEmail()).getToken(), user);

    assertNotFound(() -> complete(other, user));
    assertNotFound(() -> server
        .passwords()
        .completePasswordReset(CompletePasswordResetRequest.newBuilder()
            .setToken(reset)
            .setNewPassword("another good password")
            .build()));
    complete(neighbours, neighbour);
  }

  @Test
  void aTokenEndsWhenTheDatabaseSaysSo() {
    User user = server.given().user();
    RequestEmailChangeResponse given = request(user, Given.freeEmail());
    Instant end = Instant.ofEpochSecond(given.getExpiresAt().getSeconds() + 1);

    try (TestServer later = TestServer.startAt(end, TestMariaDb.shared())) {
      assertNotFound(() -> check(later, given.getToken()));
    }
    complete(given.getToken(), user);
  }

  @Test
  void aDisabledUserChangesNothing() {
    User user = server.given().user();
    String token = request(user, Given.freeEmail()).getToken();
    server
        .users()
        .disableUser(DisableUserRequest.newBuilder().setUserId(user.getId()).build());

    for (ThrowingCallable call : new ThrowingCallable[] {
      () -> request(user, Given.freeEmail()),
      () -> check(server, token),
      () -> complete(token, user)
    }) {
      assertRefused(Status.Code.FAILED_PRECONDITION, Reason.USER_DISABLED, call);
    }
  }

  @Test
  void fiveAreGivenOutAtOnceForOneUserAndForOneAddress() {
    User user = server.given().user();
    String wanted = Given.freeEmail();
    for (int i = 0; i < 5; i++) {
      request(user, wanted);
    }

    assertTooMany(() -> request(user, Given.freeEmail()));
    assertTooMany(() -> request(server.given().user(), wanted));
    request(server.given().user(), Given.freeEmail());
  }

  @Test
  void aRepeatedRequestReplacesItsToken() {
    RequestEmailChangeRequest request = RequestEmailChangeRequest.newBuilder()
        .setUserId(server.given().user().getId())
        .setNewEmail(Given.freeEmail())
        .setRequestId(UUID.randomUUID().toString())
        .build();
    RequestEmailChangeResponse first = server.verifications().requestEmailChange(request);

    RequestEmailChangeResponse again = server.verifications().requestEmailChange(request);

    assertThat(again.getEmail()).isEqualTo(request.getNewEmail());
    assertThat(again.getExpiresAt()).isEqualTo(first.getExpiresAt());
    assertNotFound(() -> check(server, first.getToken()));
    assertThat(check(server, again.getToken()).getUserId()).isEqualTo(request.getUserId());
  }

  @Test
  void noTableHoldsAToken() {
    String token = request(server.given().user(), Given.freeEmail()).getToken();

    assertThat(token).matches("dwe_[0-9A-Za-z]{49}");
    assertThat(server.trail().placesOf(token)).isEmpty();
  }

  @Test
  void nobodyIsNotFoundAndWhatIsWrongIsNamed() {
    assertRefused(
        Status.Code.NOT_FOUND,
        Reason.USER_NOT_FOUND,
        () -> request(User.newBuilder().setId("nobody 🦊").build(), Given.freeEmail()));
    ClientContext nowhere = ClientContext.newBuilder().setIpAddress("localhost").build();
    assertInvalid(
        () -> server
            .verifications()
            .requestEmailChange(RequestEmailChangeRequest.newBuilder()
                .setNewEmail("ada")
                .setRequestId("1")
                .setClientContext(nowhere)
                .build()),
        "user_id",
        "new_email",
        "request_id",
        "client_context.ip_address");
    assertInvalid(() -> check(server, ""), "token");
    assertInvalid(
        () -> server
            .verifications()
            .completeEmailChange(CompleteEmailChangeRequest.newBuilder()
                .setClientContext(nowhere)
                .build()),
        "token",
        "signed_in_user_id",
        "client_context.ip_address");
  }

  private RequestEmailChangeResponse request(User user, String wanted) {
    return server
        .verifications()
        .requestEmailChange(RequestEmailChangeRequest.newBuilder()
            .setUserId(user.getId())
            .setNewEmail(wanted)
            .build());
  }

  private static CheckEmailChangeResponse check(TestServer server, String token) {
    return server
        .verifications()
        .checkEmailChange(CheckEmailChangeRequest.newBuilder().setToken(token).build());
  }

  private CompleteEmailChangeResponse complete(String token, User signedIn) {
    return server
        .verifications()
        .completeEmailChange(CompleteEmailChangeRequest.newBuilder()
            .setToken(token)
            .setSignedInUserId(signedIn.getId())
            .build());
  }

  private User get(User user) {
    return server
        .users()
        .getUser(GetUserRequest.newBuilder().setUserId(user.getId()).build())
        .getUser();
  }

  private User validatedUser(Session session) {
    return server
        .sessions()
        .validateSession(ValidateSessionRequest.newBuilder()
            .setSessionToken(session.getSessionToken())
            .build())
        .getUser();
  }

  private static void assertTooMany(ThrowingCallable call) {
    assertRefused(Status.Code.RESOURCE_EXHAUSTED, Reason.TOO_MANY_VERIFICATIONS, call);
  }

  private static void assertNotFound(ThrowingCallable call) {
    assertRefused(Status.Code.NOT_FOUND, Reason.VERIFICATION_NOT_FOUND, call);
  }
}
