package dev.doorward.session;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.secrecy.Suite;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.GetSessionRequest;
import dev.doorward.v1.ListSessionsRequest;
import dev.doorward.v1.ListSessionsResponse;
import dev.doorward.v1.Session;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(DoorwardExtension.class)
class ListSessionsTest {

  private final TestServer server;

  ListSessionsTest(TestServer server) {
    this.server = server;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void theLiveSessionsOfOneUserComeNewestFirst(int pageSize) {
    User user = server.given().user();
    Session first = server.given().session(user);
    Session expired = server.given().session(user);
    Session second = server.given().session(user);
    Session third = server.given().session(user);
    server.given().session();
    server
        .rows()
        .change("UPDATE session SET expires = UTC_TIMESTAMP(6) WHERE id = ?", expired.getId());

    assertThat(all(user, pageSize))
        .containsExactly(withoutToken(third), withoutToken(second), withoutToken(first));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void sessionsOpenedAtTheSameMomentAreNeitherLostNorDoubled(int pageSize) {
    User user = server.given().user();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      ids.add(server.given().session(user).getId());
    }
    server
        .rows()
        .change("UPDATE session SET createdAt = '2020-01-01' WHERE userId = ?", user.getId());

    assertThat(all(user, pageSize).stream().map(Session::getId))
        .containsExactlyElementsOf(
            ids.stream().sorted(Comparator.reverseOrder()).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "🦊", " ", "' OR ''='"})
  void aUserWhoDoesNotExistHasNone(String userId) {
    assertThat(list(ListSessionsRequest.newBuilder().setUserId(userId)).getSessionsList())
        .isEmpty();
  }

  @Test
  void wrongFieldsAreRefused() {
    assertInvalid(
        () -> list(ListSessionsRequest.newBuilder().setPageSize(-1)), "user_id", "page_size");
    assertInvalid(
        () -> list(ListSessionsRequest.newBuilder().setUserId("x").setPageSize(1001)), "page_size");
  }

  @Test
  void aSessionIsReadByItsIdWithoutItsToken() {
    Session session = server.given().session();

    assertThat(get(session.getId())).isEqualTo(withoutToken(session));
  }

  @Test
  void anExpiredSessionIsNotRead() {
    Session session = server.given().session();
    server
        .rows()
        .change("UPDATE session SET expires = UTC_TIMESTAMP(6) WHERE id = ?", session.getId());

    assertNotFound(session.getId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "🦊", " ", "' OR ''='", "%"})
  void anUnknownSessionIsNotFound(String id) {
    assertNotFound(id);
    assertNotFound(id.repeat(10_000));
  }

  @Test
  void aTokenIsNoId() {
    String token = server.given().session().getSessionToken();
    Suite.letGo(List.of(token)); // The database is asked for it, as for any id.

    assertNotFound(token);
  }

  @Test
  void anIdIsRequired() {
    assertInvalid(() -> get(""), "session_id");
  }

  private void assertNotFound(String id) {
    assertRefused(Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND, () -> get(id));
  }

  private Session get(String id) {
    return server
        .sessions()
        .getSession(GetSessionRequest.newBuilder().setSessionId(id).build())
        .getSession();
  }

  private ListSessionsResponse list(ListSessionsRequest.Builder request) {
    return server.sessions().listSessions(request.build());
  }

  private List<Session> all(User user, int pageSize) {
    ListSessionsRequest.Builder request =
        ListSessionsRequest.newBuilder().setUserId(user.getId()).setPageSize(pageSize);
    List<Session> sessions = new ArrayList<>();
    do {
      ListSessionsResponse page = list(request);
      sessions.addAll(page.getSessionsList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return sessions;
  }

  private static Session withoutToken(Session session) {
    return session.toBuilder().clearSessionToken().build();
  }
}
