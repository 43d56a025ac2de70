package dev.doorward.event;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.development.MariaDbFaults;
import dev.doorward.error.Reason;
import dev.doorward.testing.Await;
import dev.doorward.testing.EventWatch;
import dev.doorward.testing.StatementLog;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Event;
import dev.doorward.v1.EventType;
import dev.doorward.v1.Session;
import dev.doorward.v1.User;
import dev.doorward.v1.WatchEventsRequest;
import dev.doorward.v1.WatchEventsResponse;
import io.grpc.Status;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stream of events; on a MariaDB of its own, for the log is one for all. */
class WatchEventsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

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
  void aStreamBeginsWithWhereItIsAndTellsWhatHappensFromThenOn() {
    server.given().user();
    try (EventWatch watch = EventWatch.fromNow(server)) {
      assertThat(watch.heard().get(0).getEventsCount()).isZero();
      assertThat(watch.cursor()).isNotEmpty();

      Session session = server.given().session();

      Event opened = watch.await(event -> event.getSessionId().equals(session.getId()));
      assertThat(opened.getType()).isEqualTo(EventType.EVENT_TYPE_SESSION_CREATED);
      assertThat(opened.getUserId()).isEqualTo(session.getUserId());
      assertThat(watch.events())
          .extracting(Event::getType)
          .containsExactly(EventType.EVENT_TYPE_USER_CREATED, EventType.EVENT_TYPE_SESSION_CREATED);
    }
  }

  @Test
  void anEventIsTheSameWhetherItIsWatchedOrListed() {
    try (EventWatch watch = EventWatch.fromNow(server)) {
      User user = server.given().user();

      Event watched = watch.await(event -> event.getUserId().equals(user.getId()));

      assertThat(server
              .events()
              .listEvents(dev.doorward.v1.ListEventsRequest.newBuilder()
                  .setUserId(user.getId())
                  .build())
              .getEventsList())
          .containsExactly(watched);
    }
  }

  @Test
  void aStreamGoesOnAfterItsCursorOnAnyServer() {
    String first = mark();
    String second = mark();
    try (TestServer another = TestServer.start(mariaDb);
        EventWatch watch = EventWatch.fromNow(server)) {
      insert(first);
      watch.await(event -> event.getUserId().equals(first));
      String cursor = watch.cursor();
      insert(second);
      watch.await(event -> event.getUserId().equals(second));

      for (TestServer any : List.of(server, another)) {
        try (EventWatch resumed = EventWatch.from(any, cursor)) {
          assertThat(resumed.heard().get(0).getCursor()).isEqualTo(cursor);
          resumed.await(event -> event.getUserId().equals(second));
          assertThat(resumed.events()).extracting(Event::getUserId).containsExactly(second);
        }
      }
    }
  }

  @Test
  void aCursorIsGoodForAServerThatWasRestarted() {
    String missed = mark();
    String cursor;
    try (TestServer before = TestServer.start(mariaDb);
        EventWatch watch = EventWatch.fromNow(before)) {
      cursor = watch.cursor();
    }
    insert(missed);

    try (TestServer after = TestServer.start(mariaDb);
        EventWatch watch = EventWatch.from(after, cursor)) {
      watch.await(event -> event.getUserId().equals(missed));
    }
  }

  @Test
  void whatAnotherServerChangesComesToo() {
    try (TestServer another = TestServer.start(mariaDb);
        EventWatch watch = EventWatch.fromNow(another)) {
      String user = server.given().user().getId();

      watch.await(event -> event.getUserId().equals(user));
    }
  }

  /** The id of an event is given before its transaction commits, and others commit in between. */
  @Test
  void anEventThatCommitsAfterLaterOnesIsSentToWhoeverHasSeenThose() throws SQLException {
    String late = mark();
    try (EventWatch watching = EventWatch.fromNow(server)) {
      String cursor;
      try (Connection open = server.rows().connect()) {
        open.setAutoCommit(false);
        insert(open, late);

        String last = mark();
        for (int i = 0; i < 20; i++) {
          String later = i < 19 ? mark() : last;
          insert(later);
          watching.await(event -> event.getUserId().equals(later));
        }
        try (EventWatch reconnecting = EventWatch.from(server, watching.cursor())) {
          cursor = reconnecting.cursor();
        }
        assertThat(watching.events()).extracting(Event::getUserId).doesNotContain(late);
        open.commit();
      }

      try (TestServer another = TestServer.start(mariaDb);
          EventWatch resumed = EventWatch.from(another, cursor)) {
        Event event = resumed.await(next -> next.getUserId().equals(late));
        assertThat(resumed.events()).extracting(Event::getUserId).containsExactly(late);
        watching.await(next -> next.equals(event));
        assertThat(watching.events())
            .as("each once, in one order")
            .doesNotHaveDuplicates()
            .endsWith(event);
        assertThat(Long.parseLong(event.getId()))
            .as("the id, which is lower than that of the one before")
            .isLessThan(Long.parseLong(
                watching.events().get(watching.events().size() - 2).getId()));
      }
    }
  }

  @Test
  void aTransactionThatIsNotCommittedHoldsUpNobodyAndLeavesNothing() throws SQLException {
    String undone = mark();
    String other = mark();
    try (EventWatch watch = EventWatch.fromNow(server)) {
      try (Connection open = server.rows().connect()) {
        open.setAutoCommit(false);
        insert(open, undone);
        insert(other);
        watch.await(event -> event.getUserId().equals(other));
        open.rollback();
      }
      String after = mark();
      insert(after);
      watch.await(event -> event.getUserId().equals(after));

      assertThat(watch.events()).extracting(Event::getUserId).containsExactly(other, after);
    }
  }

  @Test
  void aReaderFarBehindIsSentEverythingOnceInTheOrderOfAllReaders() {
    String user = mark();
    try (EventWatch present = EventWatch.fromNow(server)) {
      String cursor = present.cursor();
      server.rows().change("""
          INSERT INTO event (caller, type, userId)
          SELECT 'local', 'USER_UPDATED', ? FROM seq_1_to_3500
          """, user);
      Await.until(LIMIT, "all have come", () -> present.events().size() >= 3500);

      try (EventWatch behind = EventWatch.from(server, cursor)) {
        Await.until(LIMIT, "all have come", () -> behind.events().size() >= 3500);

        assertThat(behind.events()).isEqualTo(present.events()).doesNotHaveDuplicates();
        assertThat(behind.heard())
            .allSatisfy(message -> assertThat(message.getEventsCount()).isLessThanOrEqualTo(1000));
        assertThat(behind.cursor()).isEqualTo(present.cursor());
      }
    }
  }

  @Test
  void aStreamCanBeginWithTheOldestEventThatIsKept() {
    String oldest = mark();
    insert(oldest);
    awaitPlaces();
    server
        .rows()
        .change("DELETE FROM event WHERE seq < (SELECT seq FROM event WHERE userId = ?)", oldest);

    try (EventWatch watch = EventWatch.of(
        server, WatchEventsRequest.newBuilder().setFromOldest(true).build())) {
      watch.await(event -> event.getUserId().equals(oldest));

      assertThat(watch.events().get(0).getUserId()).isEqualTo(oldest);
    }
  }

  @Test
  void aStreamFromTheOldestOfNoneIsAStreamFromNow() {
    awaitPlaces();
    server.rows().change("DELETE FROM event");

    try (EventWatch watch = EventWatch.of(
        server, WatchEventsRequest.newBuilder().setFromOldest(true).build())) {
      String next = mark();
      insert(next);
      watch.await(event -> event.getUserId().equals(next));

      assertThat(watch.events()).extracting(Event::getUserId).containsExactly(next);
    }
  }

  @Test
  void aCursorWhoseNextEventsAreNoLongerKeptIsExpired() {
    try (EventWatch watch = EventWatch.fromNow(server)) {
      String deleted = mark();
      String kept = mark();
      String atDeleted;
      String before = watch.cursor();
      insert(deleted);
      watch.await(event -> event.getUserId().equals(deleted));
      atDeleted = watch.cursor();
      insert(kept);
      watch.await(event -> event.getUserId().equals(kept));
      server
          .rows()
          .change("DELETE FROM event WHERE seq < (SELECT seq FROM event WHERE userId = ?)", kept);

      assertExpired(before);
      try (EventWatch resumed = EventWatch.from(server, atDeleted)) {
        resumed.await(event -> event.getUserId().equals(kept));
      }
      server.rows().change("DELETE FROM event");
      assertExpired(atDeleted);
      EventWatch.from(server, watch.cursor()).close();
    }
  }

  @Test
  void aCursorOfAnotherHistoryIsExpired() {
    String cursor;
    try (EventWatch watch = EventWatch.fromNow(server)) {
      cursor = watch.cursor();
    }
    EventCursor here = EventCursor.parse(cursor);

    assertExpired(here.at(here.seq() + 1_000_000).text());
    server.rows().change("UPDATE revocation_feed SET epoch = UUID()");
    assertExpired(cursor);
  }

  @Test
  void aDatabaseThatIsRestoredEndsEveryStream() {
    try (EventWatch watch = EventWatch.fromNow(server)) {
      server.rows().change("UPDATE revocation_feed SET epoch = UUID()");

      assertEnds(watch, Status.Code.OUT_OF_RANGE, Reason.CURSOR_EXPIRED);
    }
  }

  @Test
  void anEventThatSomebodyDeletedInTheMiddleIsPassedOver() {
    String deleted = mark();
    String kept = mark();
    try (EventWatch watch = EventWatch.fromNow(server)) {
      String cursor = watch.cursor();
      insert(mark());
      insert(deleted);
      insert(kept);
      watch.await(event -> event.getUserId().equals(kept));
      server.rows().change("DELETE FROM event WHERE userId = ?", deleted);

      try (EventWatch resumed = EventWatch.from(server, cursor)) {
        resumed.await(event -> event.getUserId().equals(kept));
        assertThat(resumed.events()).extracting(Event::getUserId).doesNotContain(deleted);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "?", "AQ", "AgAAAAAAAAAAAAA", "AQABeAAAAAAAAAA", "AQABeP__________"})
  void whatIsNoCursorIsRefused(String cursor) {
    assertInvalid(() -> watch(WatchEventsRequest.newBuilder().setCursor(cursor)), "cursor");
  }

  @Test
  void aStreamBeginsAtOnePlaceAlone() {
    try (EventWatch watch = EventWatch.fromNow(server)) {
      assertInvalid(
          () ->
              watch(WatchEventsRequest.newBuilder().setCursor(watch.cursor()).setFromOldest(true)),
          "from_oldest");
      assertInvalid(
          () -> watch(
              WatchEventsRequest.newBuilder().setCursor(watch.cursor() + "AA").setFromOldest(true)),
          "cursor",
          "from_oldest");
    }
  }

  @Test
  void aStreamWithoutNewsIsKeptAlive() {
    try (EventWatch watch = EventWatch.fromNow(server)) {
      String cursor = watch.cursor();

      Await.until(LIMIT, "two signs of life come", () -> watch.heard().size() >= 3);

      assertThat(watch.events()).isEmpty();
      assertThat(watch.heard()).extracting(WatchEventsResponse::getCursor).containsOnly(cursor);
    }
  }

  @Test
  void aReaderThatTakesNothingHoldsUpNobodyAndMissesNothing() {
    String user = mark();
    try (EventWatch slow = EventWatch.fromNow(server);
        EventWatch quick = EventWatch.fromNow(server)) {
      slow.stall();
      server.rows().change("""
          INSERT INTO event (caller, type, userId, sessionId)
          SELECT 'local', 'USER_UPDATED', ?, REPEAT('s', 64) FROM seq_1_to_20000
          """, user);
      Await.until(LIMIT, "all have come", () -> quick.events().size() >= 20_000);
      assertThat(slow.events().size()).isLessThan(20_000);

      slow.goOn();
      Await.until(LIMIT, "all have come", () -> slow.events().size() >= 20_000);
      assertThat(slow.events()).isEqualTo(quick.events());
    }
  }

  @Test
  void aServerThatStopsSaysSoAndTheNextOneGoesOn() {
    String cursor;
    try (TestServer stopping = TestServer.start(mariaDb)) {
      EventWatch watch = EventWatch.fromNow(stopping);
      cursor = watch.cursor();
      stopping.stop();
      assertEnds(watch, Status.Code.UNAVAILABLE, Reason.SHUTTING_DOWN);
    }
    String missed = mark();
    insert(missed);

    try (EventWatch watch = EventWatch.from(server, cursor)) {
      watch.await(event -> event.getUserId().equals(missed));
    }
  }

  @Test
  void aStreamOutlivesTheDatabase() {
    try (EmbeddedMariaDb fragile = TestMariaDb.fresh();
        TestServer there = TestServer.start(fragile);
        EventWatch watch = EventWatch.fromNow(there)) {
      MariaDbFaults.kill(fragile);
      EventWatch arriving = EventWatch.of(there, WatchEventsRequest.getDefaultInstance());
      fragile.restart();

      Await.until(
          LIMIT, "the one that came meanwhile begins", () -> !arriving.heard().isEmpty());
      String user = mark();
      there
          .rows()
          .change(
              "INSERT INTO event (caller, type, userId) VALUES ('local', 'USER_CREATED', ?)", user);
      watch.await(event -> event.getUserId().equals(user));
      arriving.await(event -> event.getUserId().equals(user));
    }
  }

  @Test
  void nobodyWatchingAndNobodyChangingAnythingAsksTheDatabaseNothing() {
    try (EmbeddedMariaDb quiet = TestMariaDb.fresh();
        TestServer there = TestServer.start(quiet)) {
      EventWatch.fromNow(there).close();
      there.given().user();
      Await.until(
          LIMIT, "events have places", () -> there.rows().count("event WHERE seq IS NULL") == 0);
      try (StatementLog log = StatementLog.start(there.rows())) {
        Await.until(LIMIT, "the follower rests", () -> orderStatements(there, log) == 0);
        assertThat(orderStatements(there, log)).isZero();

        try (EventWatch watch = EventWatch.fromNow(there)) {
          assertThat(orderStatements(there, log)).isPositive();
        }
      }
    }
  }

  /** As long as it takes the feed of revocations, which never rests, to look 20 times. */
  private static long orderStatements(TestServer there, StatementLog log) {
    return log
        .ofAll(() -> Await.until(
            LIMIT,
            "the feed has looked",
            () -> there
                    .rows()
                    .count(
                        "mysql.general_log WHERE argument LIKE '%FROM revocation_feed%FROM revocation_lane%'")
                >= 20))
        .stream()
        .filter(StatementLog::isOfOrder)
        .count();
  }

  private static void watch(WatchEventsRequest.Builder request) {
    server.events().watchEvents(request.build()).next();
  }

  private static void assertExpired(String cursor) {
    assertRefused(
        Status.Code.OUT_OF_RANGE,
        Reason.CURSOR_EXPIRED,
        () -> watch(WatchEventsRequest.newBuilder().setCursor(cursor)));
  }

  private static void assertEnds(EventWatch watch, Status.Code code, Reason reason) {
    Throwable end = watch.awaitEnd();
    assertRefused(code, reason, () -> {
      throw end;
    });
  }

  private static void awaitPlaces() {
    try (EventWatch watch = EventWatch.fromNow(server)) {
      Await.until(
          LIMIT, "events have places", () -> server.rows().count("event WHERE seq IS NULL") == 0);
    }
  }

  /** Somebody to know an event by. */
  private static String mark() {
    return "u" + UUID.randomUUID();
  }

  private static void insert(String userId) {
    try (Connection connection = server.rows().connect()) {
      insert(connection, userId);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void insert(Connection connection, String userId) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "INSERT INTO event (caller, type, userId) VALUES ('local', 'USER_CREATED', '" + userId
              + "')");
    }
  }
}
