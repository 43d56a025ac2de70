package dev.doorward.event;

import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.error.Reason;
import dev.doorward.testing.Await;
import dev.doorward.testing.EventWatch;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.User;
import dev.doorward.v1.WatchEventsRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On a MariaDB of its own, for a sweep takes whatever is old. */
class SweepEventsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void theLogLosesItsBeginningAndACursorInItHasExpired() {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(mariaDb, "retention.sweep-interval", "10ms")) {
      String before;
      String between;
      try (EventWatch watch = EventWatch.fromNow(server)) {
        before = watch.cursor();
        User first = server.given().user();
        watch.await(event -> event.getUserId().equals(first.getId()));
        between = watch.cursor();
        User second = server.given().user();
        watch.await(event -> event.getUserId().equals(second.getId()));
      }
      List<String> all = server.rows().texts("SELECT id FROM event WHERE seq > 0 ORDER BY seq");

      age(server, all.get(0), 366);

      awaitEvents(server, all.subList(1, all.size()));
      assertRefused(
          Status.Code.OUT_OF_RANGE,
          Reason.CURSOR_EXPIRED,
          () -> server
              .events()
              .watchEvents(WatchEventsRequest.newBuilder().setCursor(before).build())
              .forEachRemaining(answer -> {}));
      try (EventWatch watch = EventWatch.from(server, between)) {
        watch.await(event -> true);
        assertThat(watch.events()).hasSize(all.size() - 1);
      }
    }
  }

  @Test
  void whatIsOldStaysBehindWhatIsNot() {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(mariaDb, "retention.sweep-interval", "10ms")) {
      server.given().user();
      server.given().user();
      server.given().user();
      Await.until(
          LIMIT,
          "all have their places",
          () -> server.rows().texts("SELECT id FROM event WHERE seq IS NULL").isEmpty());
      List<String> all = server.rows().texts("SELECT id FROM event WHERE seq > 0 ORDER BY seq");

      age(server, all.get(2), 400);
      age(server, all.get(0), 366);

      awaitEvents(server, List.of(all.get(1), all.get(2)));
      age(server, all.get(1), 366);
      awaitEvents(server, List.of());
    }
  }

  private static void age(TestServer server, String event, int days) {
    server
        .rows()
        .change(
            "UPDATE event SET createdAt = UTC_TIMESTAMP(6) - INTERVAL " + days
                + " DAY WHERE id = ?",
            event);
  }

  private static void awaitEvents(TestServer server, List<String> ids) {
    Await.until(
        LIMIT,
        "the log consists of " + ids,
        () -> server
            .rows()
            .texts("SELECT id FROM event WHERE seq > 0 ORDER BY seq")
            .equals(ids));
  }
}
