package dev.doorward.session;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.RevokeUserSessionsRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(DoorwardExtension.class)
class RevokeSessionTest {

  private final TestServer server;

  RevokeSessionTest(TestServer server) {
    this.server = server;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneSessionEndsAndNoOther(boolean byToken) {
    User user = server.given().user();
    Session session = server.given().session(user);
    Session other = server.given().session(user);
    Session neighbour = server.given().session();

    revoke(byToken ? byToken(session) : byId(session));

    assertThat(isThere(session)).isFalse();
    assertThat(isThere(other)).isTrue();
    assertThat(isThere(neighbour)).isTrue();
    assertThat(server.trail().event(user.getId()))
        .isEqualTo("SESSION_REVOKED " + session.getId() + " - - local");
    assertThat(server.trail().revocations(user.getId()))
        .containsExactly("SESSION_REVOKED " + session.getId());
    assertThat(server.trail().revocations(neighbour.getUserId())).isEmpty();
  }

  @Test
  void aSessionThatHasEndedIsNotFoundUnlessThatIsAllowed() {
    Session session = server.given().session();
    revoke(byId(session));

    assertNotFound(byId(session));
    assertNotFound(byToken(session));
    revoke(byId(session).setAllowMissing(true));
    revoke(byToken(session).setAllowMissing(true));
    assertThat(server.trail().revocations(session.getUserId())).hasSize(1);
  }

  @Test
  void anExpiredSessionIsNotFound() {
    Session session = server.given().session();
    expire(session);

    assertNotFound(byId(session));
    assertThat(server.trail().revocations(session.getUserId())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "🦊", " ", "' OR ''='"})
  void anUnknownSessionIsNotFound(String key) {
    assertNotFound(RevokeSessionRequest.newBuilder().setSessionId(key));
    assertNotFound(RevokeSessionRequest.newBuilder().setSessionToken(key));
    revoke(RevokeSessionRequest.newBuilder().setSessionId(key).setAllowMissing(true));
  }

  @Test
  void aKeyIsRequired() {
    RevokeSessionRequest.Builder lenient = RevokeSessionRequest.newBuilder().setAllowMissing(true);

    assertInvalid(() -> revoke(lenient), "key");
    assertInvalid(() -> revoke(lenient.setSessionId("")), "session_id");
    assertInvalid(() -> revoke(lenient.setSessionToken("")), "session_token");
  }

  @Test
  void allSessionsOfAUserEndByOneRevocation() {
    User user = server.given().user();
    List<Session> sessions = List.of(
        server.given().session(user),
        server.given().session(user),
        server.given().session(user));
    Session neighbour = server.given().session();

    assertThat(revokeAll(user.getId(), "")).isEqualTo(3);

    assertThat(sessions).noneMatch(this::isThere);
    assertThat(isThere(neighbour)).isTrue();
    assertThat(server.trail().event(user.getId())).isEqualTo("USER_SESSIONS_REVOKED - - - local");
    assertThat(server.trail().revocations(user.getId())).containsExactly("USER_SESSIONS_REVOKED -");
  }

  @Test
  void allButOneSessionEnd() {
    User user = server.given().user();
    Session kept = server.given().session(user);
    Session ended = server.given().session(user);
    Session neighbour = server.given().session();

    assertThat(revokeAll(user.getId(), kept.getId())).isEqualTo(1);

    assertThat(isThere(kept)).isTrue();
    assertThat(isThere(ended)).isFalse();
    assertThat(isThere(neighbour)).isTrue();
    assertThat(server.trail().revocations(user.getId()))
        .containsExactly("USER_SESSIONS_REVOKED " + kept.getId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "🦊", " "})
  void keepingASessionThatDoesNotExistKeepsNone(String kept) {
    User user = server.given().user();
    Session session = server.given().session(user);

    assertThat(revokeAll(user.getId(), kept)).isEqualTo(1);
    assertThat(isThere(session)).isFalse();
  }

  @Test
  void whereNothingEndsNothingIsRevoked() {
    User user = server.given().user();
    Session only = server.given().session(user);

    assertThat(revokeAll(user.getId(), only.getId())).isZero();
    assertThat(isThere(only)).isTrue();
    assertThat(server.trail().revocations(user.getId())).isEmpty();
    assertThat(server.trail().event(user.getId())).startsWith("SESSION_CREATED");
  }

  @Test
  void aSessionThatHasExpiredBeforeIsNotCounted() {
    User user = server.given().user();
    server.given().session(user);
    expire(server.given().session(user));

    assertThat(revokeAll(user.getId(), "")).isEqualTo(1);

    Session last = server.given().session(user);
    expire(last);
    assertThat(revokeAll(user.getId(), "")).isZero();
    assertThat(server.trail().revocations(user.getId())).hasSize(1);
  }

  @Test
  void theSessionsOfNobodyAreNotFound() {
    for (String nobody : new String[] {"nobody", "🦊", " "}) {
      assertRefused(Status.Code.NOT_FOUND, Reason.USER_NOT_FOUND, () -> revokeAll(nobody, ""));
    }
    assertInvalid(() -> revokeAll("", ""), "user_id");
  }

  private int revokeAll(String userId, String kept) {
    return server
        .sessions()
        .revokeUserSessions(RevokeUserSessionsRequest.newBuilder()
            .setUserId(userId)
            .setKeepSessionId(kept)
            .build())
        .getRevokedCount();
  }

  private void assertNotFound(RevokeSessionRequest.Builder request) {
    assertRefused(Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND, () -> revoke(request));
  }

  private void revoke(RevokeSessionRequest.Builder request) {
    server.sessions().revokeSession(request.build());
  }

  private static RevokeSessionRequest.Builder byId(Session session) {
    return RevokeSessionRequest.newBuilder().setSessionId(session.getId());
  }

  private static RevokeSessionRequest.Builder byToken(Session session) {
    return RevokeSessionRequest.newBuilder().setSessionToken(session.getSessionToken());
  }

  private boolean isThere(Session session) {
    return server.rows().count("session WHERE id = ?", session.getId()) == 1;
  }

  private void expire(Session session) {
    server
        .rows()
        .change("UPDATE session SET expires = UTC_TIMESTAMP(6) WHERE id = ?", session.getId());
  }
}
