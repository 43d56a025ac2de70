package dev.doorward.session;

import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ListSessionsRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Expiry is judged by the database's clock alone, which this test moves in one server's connections. */
@ExtendWith(DoorwardExtension.class)
class DatabaseClockTest {

  private final TestServer server;

  DatabaseClockTest(TestServer server) {
    this.server = server;
  }

  @Test
  void aSessionEndsWhenTheDatabaseSaysSo() {
    Session session = server.given().session();
    Instant inEightDays = Instant.now().plus(Duration.ofDays(8)).truncatedTo(ChronoUnit.SECONDS);

    try (TestServer later = TestServer.startAt(inEightDays, TestMariaDb.shared())) {
      assertRefused(
          Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND, () -> validate(later, session));
      assertThat(later
              .sessions()
              .listSessions(ListSessionsRequest.newBuilder()
                  .setUserId(session.getUserId())
                  .build())
              .getSessionsList())
          .isEmpty();
      Session opened = later.given().session();
      assertThat(opened.getCreatedAt().getSeconds()).isEqualTo(inEightDays.getEpochSecond());
    }
    assertThat(validate(server, session)).isEqualTo(session.getId());
  }

  private static String validate(TestServer server, Session session) {
    return server
        .sessions()
        .validateSession(ValidateSessionRequest.newBuilder()
            .setSessionToken(session.getSessionToken())
            .build())
        .getSession()
        .getId();
  }
}
