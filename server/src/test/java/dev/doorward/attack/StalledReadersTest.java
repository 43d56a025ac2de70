package dev.doorward.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.doorward.testing.Await;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.FeedPosition;
import dev.doorward.v1.FeedResetReason;
import dev.doorward.v1.GetFeedHeadRequest;
import dev.doorward.v1.WatchRevocationsResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers of revocations who take nothing while there is much to tell: nobody waits for them, and they have to begin anew. */
@Timeout(180)
class StalledReadersTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String WATCH = "/doorward.v1.SessionService/WatchRevocations";
  private static final int READERS = 200;
  private static final int LANE = 7;

  /** Of which the server has about four in memory. */
  private static final int ROUNDS = 12;

  private static final int PER_ROUND = 1000;
  private static final int LARGE = 1 << 30;

  @Test
  void theyHurtNobodyAndAreToldToBeginAnew() throws IOException {
    Readers readers = new Readers();
    try (TestServer server = TestServer.start(TestMariaDb.fresh());
        Bystanders bystanders = new Bystanders(server);
        Http2Socket socket =
            Http2Socket.speaking(server.port(), readers, Http2Socket.INITIAL_WINDOW_SIZE, 0)) {
      socket.frame(Http2Socket.WINDOW_UPDATE, 0, 0, Http2Socket.number(LARGE));
      for (int reader = 0; reader <= READERS; reader++) {
        socket.call(stream(reader), WATCH).message(stream(reader));
      }
      int awake = stream(READERS);
      socket
          .frame(Http2Socket.WINDOW_UPDATE, 0, awake, Http2Socket.number(LARGE))
          .flush();
      Await.until(
          LIMIT, "the reader who is awake has begun", () -> readers.position(awake) != null);
      Memory before = Memory.now();

      for (int round = 0; round < ROUNDS; round++) {
        FeedPosition head = revoke(server);
        Await.until(
            LIMIT,
            "the reader who is awake, on the same connection, has heard of all",
            () -> head.equals(readers.position(awake)));
      }
      assertThat(readers.heard(awake)).noneMatch(WatchRevocationsResponse::hasReset);
      before.awaitReturn();
      bystanders.assertServed();

      FeedPosition head = head(server);
      for (int reader = 0; reader < READERS; reader++) {
        socket.frame(Http2Socket.WINDOW_UPDATE, 0, stream(reader), Http2Socket.number(LARGE));
      }
      socket.flush();
      for (int reader = 0; reader < READERS; reader++) {
        int stream = stream(reader);
        Await.until(
            LIMIT, "the reader has come to " + head, () -> head.equals(readers.position(stream)));
        assertThat(readers.heard(stream))
            .filteredOn(WatchRevocationsResponse::hasReset)
            .extracting(message -> message.getReset().getReason())
            .containsExactly(FeedResetReason.FEED_RESET_REASON_READER_TOO_SLOW);
      }
    }
  }

  private static int stream(int reader) {
    return 2 * reader + 1;
  }

  /** A thousand at once. */
  private static FeedPosition revoke(TestServer server) {
    server.rows().change("""
        INSERT INTO revocation (lane, seq, kind, userId)
        SELECT lane, revocation_lane.seq + more.seq, 'USER_DISABLED', CONCAT('user-', more.seq)
        FROM revocation_lane, seq_1_to_1000 more WHERE lane = ?
        """, LANE);
    server
        .rows()
        .change("UPDATE revocation_lane SET seq = seq + ? WHERE lane = ?", PER_ROUND, LANE);
    return head(server);
  }

  private static FeedPosition head(TestServer server) {
    return server
        .sessions()
        .getFeedHead(GetFeedHeadRequest.getDefaultInstance())
        .getHead();
  }

  /** All that the readers on one connection have heard. */
  private static final class Readers implements Http2Socket.Ears {

    private final Map<Integer, ByteArrayOutputStream> bytes = new ConcurrentHashMap<>();

    @Override
    public void data(int stream, byte[] data, boolean last) {
      ByteArrayOutputStream heard =
          bytes.computeIfAbsent(stream, key -> new ByteArrayOutputStream());
      synchronized (heard) {
        heard.writeBytes(data);
      }
    }

    /** Where that one is; null if it has not begun. */
    private FeedPosition position(int stream) {
      FeedPosition position = null;
      for (WatchRevocationsResponse message : heard(stream)) {
        position = switch (message.getMessageCase()) {
          case HELLO -> message.getHello().getPosition();
          case BATCH -> message.getBatch().getPosition();
          case RESET -> message.getReset().getPosition();
          case HEARTBEAT, MESSAGE_NOT_SET -> position;
        };
      }
      return position;
    }

    private List<WatchRevocationsResponse> heard(int stream) {
      ByteArrayOutputStream heard = bytes.get(stream);
      if (heard == null) {
        return List.of();
      }
      ByteBuffer all;
      synchronized (heard) {
        all = ByteBuffer.wrap(heard.toByteArray());
      }
      List<WatchRevocationsResponse> messages = new ArrayList<>();
      try {
        while (all.remaining() >= 5 && all.remaining() - 5 >= all.getInt(all.position() + 1)) {
          all.get();
          byte[] message = new byte[all.getInt()];
          all.get(message);
          messages.add(WatchRevocationsResponse.parseFrom(message));
        }
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
      return messages;
    }
  }
}
