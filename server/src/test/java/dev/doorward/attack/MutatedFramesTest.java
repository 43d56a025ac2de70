package dev.doorward.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import io.grpc.Status;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Frames as no client means to send them, by the thousand: with mutated messages of every method, and of mutated HTTP/2. None
 * brings more than a refusal, and nothing is left of them.
 */
@Timeout(1800)
class MutatedFramesTest {

  private static final int FRAMES = Integer.getInteger("doorward.test.frames", 20_000);

  /** The same frames with each run; others with another seed. */
  private static final long SEED = Long.getLong("doorward.test.seed", 1);

  /** Of one message or connection that is to be sent again, alone. */
  private static final Long MESSAGE = Long.getLong("doorward.test.message");

  private static final Long CONNECTION = Long.getLong("doorward.test.connection");

  private static final int MESSAGE_CONNECTIONS = 3;
  private static final int FRAME_CONNECTIONS = 16;
  private static final int CALLS = 400;
  private static final int STREAMS = 400;

  private static TestServer server;
  private static ValidRequests requests;

  private final Outcomes outcomes = new Outcomes();
  private final MessageStorm messages = new MessageStorm(server.port(), requests, SEED, outcomes);
  private final FrameStorm frames = new FrameStorm(server.port(), requests, SEED, outcomes);
  private long nextMessage;
  private long nextConnection;

  @BeforeAll
  static void start() {
    server = TestServer.start(
        TestMariaDb.fresh(),
        "server.reflection",
        "true",
        "password.memory-kib",
        "8",
        "password.iterations",
        "1",
        "session.cache-entries",
        "1000",
        "feed.lease",
        "1s",
        "database.acquire-timeout",
        "30s",
        "limit.connections",
        "100",
        "limit.connection-age",
        "1h",
        "limit.calls",
        Integer.toString(CALLS),
        "limit.streams",
        Integer.toString(STREAMS),
        "limit.calls-per-connection",
        "1000",
        "limit.resets-per-connection",
        "100000",
        "limit.calls-per-second",
        "1000000");
    requests = new ValidRequests(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void noFrameBringsMoreThanARefusalAndNothingIsLeftOfAny() {
    System.out.println(FRAMES + " mutated frames: -Ddoorward.test.seed=" + SEED);
    try (FaultLog faults = new FaultLog()) {
      if (MESSAGE != null || CONNECTION != null) {
        sendAgain();
      } else {
        sendAll();
      }
      outcomes.assertAllowed();
      faults.assertEmpty();
    }
  }

  /** If the server had a fault, this would tell. */
  @Test
  void aFaultOfTheServersOwnShows() {
    server.rows().change("ALTER TABLE account RENAME COLUMN provider TO provided");
    try {
      send(1000);
      assertThat(outcomes.isWrong()).isTrue();
      assertThat(outcomes.byCode()).containsKey(Status.Code.INTERNAL);
    } finally {
      server.rows().change("ALTER TABLE account RENAME COLUMN provided TO provider");
    }
  }

  private void sendAgain() {
    if (MESSAGE != null) {
      messages.send(MESSAGE, MESSAGE + 1, 1);
    }
    if (CONNECTION != null) {
      frames.send(CONNECTION);
    }
  }

  private void sendAll() {
    // What is made once, by the first of a kind, is no leak.
    send(FRAMES / 10);
    Places places = new Places(server, CALLS, STREAMS);
    places.awaitAllFree();
    Memory before = Memory.now();
    send(FRAMES - FRAMES / 10);
    System.out.println(outcomes);

    outcomes.assertAllowed();
    for (ValidRequests.Method method : requests.methods()) {
      assertThat(outcomes.of(method.path()))
          .as(method.path())
          .contains(Status.Code.INVALID_ARGUMENT)
          .anyMatch(code -> code == Status.Code.OK
              || method.streaming()
              || code == Status.Code.NOT_FOUND && method.isGoodOnce());
    }
    places.awaitAllFree();
    before.awaitReturn();
    try (Bystanders bystanders = new Bystanders(server)) {
      bystanders.assertServed();
    }
  }

  /** The next so many, one in four of them of HTTP/2 itself. */
  private void send(int count) {
    int ofHttp2 = count / 4;
    long last = nextMessage + count - ofHttp2;
    messages.send(nextMessage, last, MESSAGE_CONNECTIONS);
    nextMessage = last;
    nextConnection = frames.send(nextConnection, ofHttp2, FRAME_CONNECTIONS);
  }
}
