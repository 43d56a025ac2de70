package dev.doorward.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.development.MariaDbFaults;
import dev.doorward.testing.Await;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.SessionServiceGrpc;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DatabaseFaultTest {

  private static final Duration SOON = Duration.ofSeconds(15);

  private static EmbeddedMariaDb mariaDb;
  private static TestServer server;

  @BeforeAll
  static void start() {
    mariaDb = TestMariaDb.fresh();
    server = TestServer.start(mariaDb);
  }

  @AfterAll
  static void stop() {
    server.close();
    mariaDb.close();
  }

  @Test
  void whileTheDatabaseIsKilledAndStartedAgainNoAnswerIsWrong() {
    assertNoAnswerIsWrong(() -> MariaDbFaults.kill(mariaDb), mariaDb::restart);
  }

  @Test
  void whileTheDatabaseHangsNoAnswerIsWrong() {
    assertNoAnswerIsWrong(() -> MariaDbFaults.pause(mariaDb), () -> MariaDbFaults.resume(mariaDb));
  }

  private static void assertNoAnswerIsWrong(Runnable breakDown, Runnable repair) {
    Load load = new Load(server);
    try (load) {
      load.awaitAnswers(SOON);

      breakDown.run();
      try {
        load.awaitNoAnswers(SOON);
        awaitHealth(ServingStatus.NOT_SERVING);
      } finally {
        repair.run();
      }

      load.awaitAnswers(SOON);
      awaitHealth(ServingStatus.SERVING);
    }
    assertThat(load.wrong()).isEmpty();
    assertEveryRequestMadeOneSession(load);
  }

  /** What was acknowledged is there, and what nobody knows of is settled by asking again. */
  private static void assertEveryRequestMadeOneSession(Load load) {
    assertThat(load.unsettled()).as("requests that the fault hit").isNotEmpty();
    Map<String, String> sessions = new HashMap<>(load.sessionsByRequest());
    assertThat(server
            .rows()
            .texts("SELECT id FROM session WHERE userId = ?", load.user().getId()))
        .containsAll(sessions.values());

    for (String request : load.unsettled()) {
      sessions.put(request, load.createSession(request));
    }

    assertThat(new HashSet<>(sessions.values())).hasSameSizeAs(sessions.keySet());
    assertThat(server
            .rows()
            .texts("SELECT id FROM session WHERE userId = ?", load.user().getId()))
        .containsExactlyInAnyOrderElementsOf(sessions.values());
  }

  /** Of the server as a whole and of a service; each answer comes at once, whatever the database does. */
  private static void awaitHealth(ServingStatus expected) {
    for (String service : new String[] {"", SessionServiceGrpc.SERVICE_NAME}) {
      Await.until(SOON, "\"" + service + "\" is " + expected, () -> health(service) == expected);
    }
  }

  private static ServingStatus health(String service) {
    return HealthGrpc.newBlockingStub(server.channel())
        .withDeadlineAfter(1, TimeUnit.SECONDS)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }
}
