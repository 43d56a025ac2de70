package dev.doorward.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.testing.Await;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Session;
import dev.doorward.v1.ValidateSessionRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** On a MariaDB of its own, for a sweep takes whatever is old. */
class SweepSessionsTest {

  @Test
  void aSessionGoesADayAfterItsEndAndNobodyIsToldOfIt() {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(mariaDb, "retention.sweep-interval", "10ms")) {
      Session ended = server.given().session();
      Session endedLately = server.given().session();
      Session live = server.given().session();
      long events = server.rows().count("event");
      expire(server, endedLately, "23 HOUR");

      expire(server, ended, "25 HOUR");

      Await.until(
          Duration.ofSeconds(30),
          "the row is gone",
          () -> server
              .rows()
              .texts("SELECT id FROM session WHERE id = ?", ended.getId())
              .isEmpty());
      assertThat(server.rows().texts("SELECT id FROM session"))
          .containsExactlyInAnyOrder(endedLately.getId(), live.getId());
      assertThat(server.rows().count("revocation WHERE lane < 16")).isZero();
      assertThat(server.rows().count("event")).isEqualTo(events);
      assertThat(server
              .sessions()
              .validateSession(ValidateSessionRequest.newBuilder()
                  .setSessionToken(live.getSessionToken())
                  .build())
              .getSession()
              .getId())
          .isEqualTo(live.getId());
    }
  }

  private static void expire(TestServer server, Session session, String ago) {
    server
        .rows()
        .change(
            "UPDATE session SET expires = UTC_TIMESTAMP(6) - INTERVAL " + ago + " WHERE id = ?",
            session.getId());
  }
}
