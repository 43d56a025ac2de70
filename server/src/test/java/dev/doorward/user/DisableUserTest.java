package dev.doorward.user;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.EnableUserRequest;
import dev.doorward.v1.GetSessionRequest;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.ListUsersRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.ValidateSessionResponse;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class DisableUserTest {

  private final TestServer server;

  DisableUserTest(TestServer server) {
    this.server = server;
  }

  @Test
  void disablingEndsEverySessionOfTheUserAndOfNobodyElse() {
    User user = server.given().user();
    server.given().session(user);
    server.given().session(user);
    Session neighbour = server.given().session();

    User disabled = disable(user, "spam");

    assertThat(disabled.getDisabledReason()).isEqualTo("spam");
    assertThat(disabled.getDisabledAt()).isEqualTo(disabled.getUpdatedAt());
    assertThat(disabled.getEtag()).isNotEqualTo(user.getEtag());
    assertThat(server.rows().count("session WHERE userId = ?", user.getId())).isZero();
    assertThat(server.rows().count("session WHERE id = ?", neighbour.getId())).isEqualTo(1);
    assertThat(server.trail().event(user.getId())).isEqualTo("USER_DISABLED - - - local");
    assertThat(server.trail().revocations(user.getId())).containsExactly("USER_DISABLED -");
    assertThat(server.trail().revocations(neighbour.getUserId())).isEmpty();
  }

  @Test
  void aReasonIsOptional() {
    assertThat(disable(server.given().user(), "").hasDisabledReason()).isFalse();
  }

  @Test
  void disablingADisabledUserChangesNothing() {
    User disabled = disable(server.given().user(), "spam");

    assertThat(disable(disabled, "other")).isEqualTo(disabled);
    assertThat(server.trail().events(disabled.getId())).hasSize(2);
    assertThat(server.trail().revocations(disabled.getId())).hasSize(1);
  }

  @Test
  void enablingLetsTheUserInAgainButNotTheirOldSessions() {
    User user = server.given().user();
    Session session = server.given().session(user);
    disable(user, "spam");

    User enabled = enable(user);

    assertThat(enabled.hasDisabledAt()).isFalse();
    assertThat(enabled.hasDisabledReason()).isFalse();
    assertThat(server.trail().event(user.getId())).isEqualTo("USER_ENABLED - - - local");
    assertThat(server.given().session(user).getUserId()).isEqualTo(user.getId());
    assertRefused(
        Status.Code.NOT_FOUND,
        Reason.SESSION_NOT_FOUND,
        () -> server
            .sessions()
            .getSession(
                GetSessionRequest.newBuilder().setSessionId(session.getId()).build()));
  }

  @Test
  void beingDisabledEndsWhenTheDatabaseSaysSoWithoutAnyChange() {
    SignUpResponse signedUp = server.given().signedUp();
    User user = signedUp.getUser();
    User neighbour = disable(server.given().user(), "spam");
    Instant end = Instant.now().plus(Duration.ofHours(2)).truncatedTo(ChronoUnit.SECONDS);

    User disabled = disableUntil(user, end);

    assertThat(disabled.getDisabledReason()).isEqualTo("spam");
    assertThat(disabled.getDisabledUntil().getSeconds()).isEqualTo(end.getEpochSecond());
    assertIsDisabled(server, user);
    try (TestServer before = TestServer.startAt(end.minusSeconds(1), TestMariaDb.shared());
        TestServer after = TestServer.startAt(end, TestMariaDb.shared())) {
      assertIsDisabled(before, user);

      Session session = after.given().session(user);
      ValidateSessionResponse valid = after
          .sessions()
          .validateSession(ValidateSessionRequest.newBuilder()
              .setSessionToken(session.getSessionToken())
              .build());
      assertThat(valid.getUser()).isEqualTo(get(after, user));
      assertThat(valid.getUser())
          .isEqualTo(disabled.toBuilder()
              .clearDisabledAt()
              .clearDisabledReason()
              .clearDisabledUntil()
              .build());
      signIn(after, user);
      assertThat(listed(after, user, true)).isFalse();
      assertThat(listed(after, user, false)).isTrue();
      assertIsDisabled(after, neighbour);
      assertThat(after
              .users()
              .enableUser(EnableUserRequest.newBuilder().setUserId(user.getId()).build())
              .getUser())
          .isEqualTo(valid.getUser());
    }
    assertRefused(
        Status.Code.NOT_FOUND,
        Reason.SESSION_NOT_FOUND,
        () -> server
            .sessions()
            .getSession(GetSessionRequest.newBuilder()
                .setSessionId(signedUp.getSession().getId())
                .build()));
    assertThat(server.trail().events(user.getId()))
        .filteredOn(event -> event.startsWith("USER_ENABLED"))
        .isEmpty();
  }

  @Test
  void whoeverIsNoLongerDisabledCanBeDisabledAgain() {
    User user = server.given().user();
    Instant end = Instant.now().plus(Duration.ofHours(2)).truncatedTo(ChronoUnit.SECONDS);
    disableUntil(user, end);

    try (TestServer after = TestServer.startAt(end, TestMariaDb.shared())) {
      Session session = after.given().session(user);
      User again = after
          .users()
          .disableUser(DisableUserRequest.newBuilder()
              .setUserId(user.getId())
              .setReason("for good")
              .build())
          .getUser();

      assertThat(again.getDisabledReason()).isEqualTo("for good");
      assertThat(again.hasDisabledUntil()).isFalse();
      assertThat(after.rows().count("session WHERE id = ?", session.getId())).isZero();
    }
    assertThat(server.trail().revocations(user.getId()))
        .containsExactly("USER_DISABLED -", "USER_DISABLED -");
  }

  @Test
  void anotherEndForADisabledUserChangesNothing() {
    User user = server.given().user();
    User disabled = disableUntil(user, Instant.now().plus(Duration.ofHours(2)));

    assertThat(disableUntil(user, Instant.now().plus(Duration.ofHours(9)))).isEqualTo(disabled);
    assertThat(disable(user, "for good")).isEqualTo(disabled);
    assertThat(enable(user).hasDisabledUntil()).isFalse();
  }

  @Test
  void anEndLiesInTheFuture() {
    User user = server.given().user();

    assertInvalid(() -> disableUntil(user, Instant.now().minusSeconds(1)), "disabled_until");
    assertInvalid(
        () -> server
            .users()
            .disableUser(DisableUserRequest.newBuilder()
                .setUserId(user.getId())
                .setDisabledUntil(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))
                .build()),
        "disabled_until");
    assertThat(get(server, user)).isEqualTo(user);
  }

  @Test
  void enablingAnEnabledUserChangesNothing() {
    User user = server.given().user();

    assertThat(enable(user)).isEqualTo(user);
    assertThat(server.trail().events(user.getId())).hasSize(1);
  }

  @Test
  void anUnknownUserIsNotFound() {
    User nobody = User.newBuilder().setId("nobody").build();

    assertRefused(Status.Code.NOT_FOUND, Reason.USER_NOT_FOUND, () -> disable(nobody, ""));
    assertRefused(Status.Code.NOT_FOUND, Reason.USER_NOT_FOUND, () -> enable(nobody));
  }

  @Test
  void anIdIsRequiredAndAReasonHasALimit() {
    User user = server.given().user();

    assertInvalid(() -> disable(User.getDefaultInstance(), "x".repeat(256)), "user_id", "reason");
    assertInvalid(() -> enable(User.getDefaultInstance()), "user_id");
    assertThat(disable(user, "🦊".repeat(255)).getDisabledReason()).isEqualTo("🦊".repeat(255));
  }

  private void assertIsDisabled(TestServer where, User user) {
    assertRefused(
        Status.Code.FAILED_PRECONDITION,
        Reason.USER_DISABLED,
        () -> where.given().session(user));
    assertThat(get(where, user).hasDisabledAt()).isTrue();
    assertThat(listed(where, user, true)).isTrue();
    assertThat(listed(where, user, false)).isFalse();
  }

  private static User get(TestServer where, User user) {
    return where
        .users()
        .getUser(GetUserRequest.newBuilder().setUserId(user.getId()).build())
        .getUser();
  }

  private static boolean listed(TestServer where, User user, boolean disabled) {
    return where
            .users()
            .listUsers(ListUsersRequest.newBuilder()
                .setEmailPrefix(user.getEmail())
                .setDisabled(disabled)
                .build())
            .getUsersCount()
        == 1;
  }

  private static void signIn(TestServer where, User user) {
    where
        .passwords()
        .signIn(SignInRequest.newBuilder()
            .setEmail(user.getEmail())
            .setPassword(Given.PASSWORD)
            .build());
  }

  private User disableUntil(User user, Instant end) {
    return server
        .users()
        .disableUser(DisableUserRequest.newBuilder()
            .setUserId(user.getId())
            .setReason("spam")
            .setDisabledUntil(
                Timestamp.newBuilder().setSeconds(end.getEpochSecond()).setNanos(end.getNano()))
            .build())
        .getUser();
  }

  private User disable(User user, String reason) {
    return server
        .users()
        .disableUser(DisableUserRequest.newBuilder()
            .setUserId(user.getId())
            .setReason(reason)
            .build())
        .getUser();
  }

  private User enable(User user) {
    return server
        .users()
        .enableUser(EnableUserRequest.newBuilder().setUserId(user.getId()).build())
        .getUser();
  }
}
