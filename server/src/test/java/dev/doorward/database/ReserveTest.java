package dev.doorward.database;

import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.error.Reason;
import dev.doorward.testing.Await;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.Event;
import dev.doorward.v1.ListEventsRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.User;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The disk itself is full in {@code bench/faults disk-full}; here a trigger says what MariaDB says then. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReserveTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final long WHOLE = 1 << 14;

  private EmbeddedMariaDb mariaDb;
  private TestServer server;

  @BeforeAll
  void start() {
    mariaDb = TestMariaDb.fresh();
    server = TestServer.start(mariaDb, "retention.sweep-interval", "50ms", "admin.port", "0");
  }

  @AfterAll
  void stop() {
    server.close();
    mariaDb.close();
  }

  @Test
  void onAFullDiskRightsAreTakenAwayAndNoneAreGiven() {
    User user = server.given().user();
    User other = server.given().user();
    Session first = server.given().session(user);
    Session second = server.given().session(user);
    awaitWhole();

    server.rows().change("CREATE TABLE room (id INT PRIMARY KEY)");
    server.rows().change("""
        CREATE TRIGGER full_disk BEFORE INSERT ON event FOR EACH ROW
        IF NOT EXISTS (SELECT 1 FROM room) THEN
          SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1114, MESSAGE_TEXT = 'The table is full';
        END IF
        """);
    assertRefused(Status.Code.UNAVAILABLE, Reason.DATABASE_UNAVAILABLE, () -> revoke(first));
    Await.until(
        LIMIT, "the ballast makes way", () -> server.rows().count("event WHERE seq = 0") == 0);
    server.rows().change("INSERT INTO room VALUES (1)");
    assertThat(server.metric("doorward_database_full")).isOne();

    revoke(first);
    revoke(second);
    server
        .users()
        .disableUser(DisableUserRequest.newBuilder().setUserId(other.getId()).build());
    assertThat(server.rows().count("session WHERE userId = ?", user.getId())).isZero();
    assertRefused(
        Status.Code.UNAVAILABLE,
        Reason.DATABASE_UNAVAILABLE,
        () -> server.given().session(user));
    assertThat(server.rows().count("session WHERE userId = ?", user.getId())).isZero();

    server.rows().change("DROP TRIGGER full_disk");
    Await.until(LIMIT, "there is room again", () -> {
      try {
        server
            .sessions()
            .createSession(
                CreateSessionRequest.newBuilder().setUserId(user.getId()).build());
        return true;
      } catch (StatusRuntimeException e) {
        return false;
      }
    });
    awaitWhole();
    assertThat(server.metric("doorward_database_full")).isZero();
  }

  @Test
  void whatKeepsRoomIsNoEvent() {
    server.given().user();
    awaitWhole();

    List<Event> all = Stream.iterate(
            server
                .events()
                .listEvents(ListEventsRequest.newBuilder().setPageSize(1000).build()),
            page -> page != null,
            page -> page.getNextPageToken().isEmpty()
                ? null
                : server
                    .events()
                    .listEvents(ListEventsRequest.newBuilder()
                        .setPageSize(1000)
                        .setPageToken(page.getNextPageToken())
                        .build()))
        .flatMap(page -> page.getEventsList().stream())
        .toList();

    assertThat(all).isNotEmpty().hasSize((int)
        server.rows().count("event WHERE type NOT LIKE '--%'"));
  }

  @Test
  void severalServersKeepItOnce() throws SQLException {
    try (TestServer second = TestServer.start(mariaDb, "retention.sweep-interval", "50ms");
        TestServer third = TestServer.start(mariaDb, "retention.sweep-interval", "50ms")) {
      for (int round = 0; round < 5; round++) {
        takeAway();
        awaitWhole();
      }
    }
    assertThat(server.rows().count("event WHERE seq = 0")).isEqualTo(WHOLE);
    assertThat(server.rows().count("revocation WHERE lane = 255")).isEqualTo(WHOLE);
  }

  private void takeAway() throws SQLException {
    try (Connection connection = server.rows().connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("DELETE FROM revocation WHERE lane = 255");
      statement.execute("DELETE FROM event WHERE seq = 0");
      connection.commit();
    }
  }

  private void awaitWhole() {
    Await.until(
        LIMIT,
        "the room is kept",
        () -> server.rows().count("event WHERE seq = 0") == WHOLE
            && server.rows().count("revocation WHERE lane = 255") == WHOLE);
  }

  private void revoke(Session session) {
    server
        .sessions()
        .revokeSession(
            RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build());
  }
}
