package dev.doorward.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.testing.Await;
import dev.doorward.testing.EventWatch;
import dev.doorward.testing.Race;
import dev.doorward.testing.Rows;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Transactions that commit in any order or not at all, three servers that give places, and readers on the move. */
class EventsUnderLoadTest {

  private static final int CALLERS = 8;
  private static final int WRITERS = 16;
  private static final int ROUNDS = Integer.getInteger("doorward.test.rounds", 60);
  private static final int READERS = 12;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Test
  void everyReaderIsToldOfEveryCommittedEventOnceAndInOneOrder() throws InterruptedException {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer first = TestServer.start(mariaDb);
        TestServer second = TestServer.start(mariaDb);
        TestServer third = TestServer.start(mariaDb)) {
      List<TestServer> servers = List.of(first, second, third);
      Rows rows = first.rows();
      String start = start(first);
      List<EventReaderOnTheMove> readers = IntStream.range(0, READERS)
          .mapToObj(seed -> new EventReaderOnTheMove(servers, seed, start))
          .toList();

      AtomicBoolean writing = new AtomicBoolean(true);
      Thread fate = new Thread(() -> {
        while (writing.get()) {
          readers.forEach(EventReaderOnTheMove::move);
          LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
      });
      fate.start();
      write(servers, rows);
      writing.set(false);
      fate.join();

      Await.until(
          LIMIT, "every event has a place", () -> rows.count("event WHERE seq IS NULL") == 0);
      List<String> all = rows.texts("SELECT id FROM event WHERE seq > 0 ORDER BY seq");
      assertThat(all).hasSizeGreaterThanOrEqualTo(CALLERS * ROUNDS).doesNotHaveDuplicates();
      assertThat(rows.text("SELECT MAX(seq) - MIN(seq) + 1 FROM event WHERE seq > 0"))
          .isEqualTo("" + all.size());
      assertThat(rows.count(
              "event AS late JOIN event AS earlier ON earlier.seq = late.seq - 1 AND earlier.seq > 0"
                  + " WHERE late.id < earlier.id"))
          .as("events that committed after one with a higher id")
          .isPositive();
      for (EventReaderOnTheMove reader : readers) {
        Await.until(LIMIT, "the reader has heard all", () -> reader.told().size() >= all.size());
        assertThat(reader.told()).isEqualTo(all);
        reader.leave();
      }
    }
  }

  private static void write(List<TestServer> servers, Rows rows) {
    Race.<Void>of(CALLERS + WRITERS, runner -> {
          if (runner < CALLERS) {
            for (int round = 0; round < ROUNDS; round++) {
              servers.get(runner % servers.size()).given().user();
            }
          } else {
            writeSlowly(rows, new Random(runner));
          }
          return null;
        })
        .assertAllAnswered();
  }

  /** Several events in a transaction that is mostly short, sometimes long, and sometimes undone. */
  private static void writeSlowly(Rows rows, Random random) {
    try (Connection connection = rows.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int round = 0; round < ROUNDS; round++) {
        for (int event = random.nextInt(3); event >= 0; event--) {
          statement.executeUpdate(
              "INSERT INTO event (caller, type) VALUES ('local', 'USER_UPDATED')");
        }
        int millis = random.nextInt(20) == 0 ? 500 : 10;
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(millis)).toNanos());
        if (random.nextInt(5) == 0) {
          connection.rollback();
        } else {
          connection.commit();
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String start(TestServer server) {
    try (EventWatch watch = EventWatch.fromNow(server)) {
      return watch.cursor();
    }
  }
}
