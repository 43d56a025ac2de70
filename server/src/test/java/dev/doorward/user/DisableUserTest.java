package dev.doorward.user;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.EnableUserRequest;
import dev.doorward.v1.GetSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.User;
import io.grpc.Status;
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
