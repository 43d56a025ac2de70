package dev.doorward.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.testing.Await;
import dev.doorward.testing.Race;
import dev.doorward.testing.Rows;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.FeedPosition;
import dev.doorward.v1.GetFeedHeadRequest;
import dev.doorward.v1.RevokeSessionRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Very many revocations through three servers, and readers that nothing good happens to. */
class FeedUnderLoadTest {

  private static final int REVOCATIONS = Integer.getInteger("doorward.test.revocations", 20_000);
  private static final int CALLERS = 48;
  private static final int READERS = 20;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Test
  void everyReaderIsToldOfEveryRevocationOrToReset() throws InterruptedException {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer first = TestServer.start(mariaDb);
        TestServer second = TestServer.start(mariaDb);
        TestServer third = TestServer.start(mariaDb)) {
      List<TestServer> servers = List.of(first, second, third);
      fill(first.rows());
      FeedPosition start = head(first);
      List<FeedReaderOnTheMove> readers = IntStream.range(0, READERS)
          .mapToObj(seed -> new FeedReaderOnTheMove(servers, seed, start))
          .toList();
      FeedReaderOnTheMove sleeper = new FeedReaderOnTheMove(servers, READERS, start);

      AtomicBoolean revoking = new AtomicBoolean(true);
      Thread fate = new Thread(() -> {
        while (revoking.get()) {
          readers.forEach(FeedReaderOnTheMove::move);
          LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
      });
      fate.start();
      revokeAll(servers);
      revoking.set(false);
      fate.join();

      FeedPosition head = head(first);
      for (FeedReaderOnTheMove reader : readers) {
        assertCatchesUp(reader, head);
      }
      assertCatchesUp(sleeper, head);
      assertThat(first.rows().count("revocation WHERE lane < 16")).isEqualTo(REVOCATIONS);
      assertThat(head.getSeqsList().stream().mapToLong(Long::longValue).sum())
          .isEqualTo(REVOCATIONS);
      assertThat(first.rows().texts("""
              SELECT lane FROM revocation WHERE lane < 16 GROUP BY lane HAVING COUNT(*) != MAX(seq) OR MIN(seq) != 1
              """)).as("lanes that are not dense").isEmpty();
      if (REVOCATIONS > 16 * 4096 * 1.2) {
        assertThat(sleeper.resets())
            .as("resets of who slept through more than memory")
            .isOne();
      }
    }
  }

  private static void assertCatchesUp(FeedReaderOnTheMove reader, FeedPosition head) {
    Await.until(LIMIT, "the reader has reached " + head, () -> {
      reader.settle();
      return reader.hasReached(head);
    });
    assertThat(reader.complaints()).isEmpty();
    assertThat(reader.missed(head)).isZero();
  }

  private static void revokeAll(List<TestServer> servers) {
    AtomicInteger next = new AtomicInteger(1);
    Race.<Void>of(CALLERS, caller -> {
          for (int i = next.getAndIncrement(); i <= REVOCATIONS; i = next.getAndIncrement()) {
            servers
                .get(caller % servers.size())
                .sessions()
                .revokeSession(
                    RevokeSessionRequest.newBuilder().setSessionId("s" + i).build());
          }
          return null;
        })
        .assertAllAnswered();
  }

  private static FeedPosition head(TestServer server) {
    return server
        .sessions()
        .getFeedHead(GetFeedHeadRequest.getDefaultInstance())
        .getHead();
  }

  private static void fill(Rows rows) {
    rows.change("""
        INSERT INTO user (id, email, name, createdAt)
        SELECT CONCAT('u', seq), CONCAT('u', seq, '@example.com'), '', UTC_TIMESTAMP(6)
        FROM seq_1_to_1000
        """);
    rows.change("""
        INSERT INTO session (id, userId, expires, sessionToken, createdAt)
        SELECT CONCAT('s', seq), CONCAT('u', 1 + seq % 1000), UTC_TIMESTAMP(6) + INTERVAL 6 DAY,
               SHA2(seq, 256), UTC_TIMESTAMP(6)
        FROM seq_1_to_""" + REVOCATIONS);
  }
}
