package dev.doorward.attack;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;

/**
 * What an attacker does to a server, until it is stopped or has had enough time. Each tells whether it was stopped: by the
 * end of its connection, or by the refusal of its calls.
 */
final class Floods {

  static final int CALLS = 200;

  private static final String VALIDATE = "/doorward.v1.SessionService/ValidateSession";
  private static final String WATCH = "/doorward.v1.SessionService/WatchRevocations";
  private static final int EXHAUSTED = Status.Code.RESOURCE_EXHAUSTED.value();
  private static final int INVALID = Status.Code.INVALID_ARGUMENT.value();
  private static final int OK = Status.Code.OK.value();
  private static final int FRAME = 1 << 14;
  private static final long POLL_NANOS = Duration.ofMillis(5).toNanos();

  /** One of them. */
  interface Flood {
    boolean isStopped(TestServer server, Duration patience) throws IOException;
  }

  private Floods() {}

  static boolean silence(TestServer server, Duration patience) throws IOException {
    try (Http2Socket silent = Http2Socket.connect(server.port())) {
      return within(patience, silent::isClosed);
    }
  }

  /** A byte every 50 ms. */
  static boolean slowPreface(TestServer server, Duration patience) throws IOException {
    try (Http2Socket slow = Http2Socket.connect(server.port())) {
      for (byte next : Arrays.copyOf(Http2Socket.preface(), 23)) {
        if (within(Duration.ofMillis(50), slow::isClosed)) {
          break;
        }
        slow.raw().write(next);
        slow.flush();
      }
      return within(patience, slow::isClosed);
    }
  }

  static boolean headersWithoutEnd(TestServer server, Duration patience) throws IOException {
    try (Http2Socket slow = Http2Socket.speaking(server.port())) {
      slow.frame(Http2Socket.HEADERS, 0, 1, Http2Socket.callHeaders(VALIDATE)).flush();
      return within(patience, slow::isClosed);
    }
  }

  /** Calls of an hour, and of eleven thousand years, without a request; stopped if all are given up. */
  static boolean requestsThatNeverCome(TestServer server, Duration patience) throws IOException {
    try (Http2Socket slow = Http2Socket.speaking(server.port())) {
      for (int call = 0; call < CALLS; call++) {
        slow.call(2 * call + 1, VALIDATE, "grpc-timeout", call % 2 == 0 ? "1H" : "99999999H");
      }
      slow.flush();
      return within(patience, () -> slow.resets().size() + slow.statuses().size() >= CALLS);
    }
  }

  /** Stopped if those beyond the first hundred are refused. */
  static boolean readersThatTakeNothing(TestServer server, Duration patience) throws IOException {
    try (Http2Socket stalled = stalled(server)) {
      for (int call = 0; call < CALLS; call++) {
        stalled.call(2 * call + 1, WATCH).message(2 * call + 1);
      }
      stalled.flush();
      return within(
          patience,
          () -> stalled.statuses().values().stream()
                  .filter(status -> status == EXHAUSTED)
                  .count()
              == CALLS - 100);
    }
  }

  static boolean answersThatNobodyTakes(TestServer server, Duration patience) throws IOException {
    byte[] request = ValidateSessionRequest.newBuilder()
        .setSessionToken(server.given().session().getSessionToken())
        .build()
        .toByteArray();
    try (Http2Socket stalled = stalled(server)) {
      for (int call = 0; call < CALLS; call++) {
        stalled.call(2 * call + 1, VALIDATE).message(2 * call + 1, request);
      }
      stalled.flush();
      return within(patience, stalled::isClosed);
    }
  }

  /** No more than 20,000. */
  static boolean resets(TestServer server, Duration patience) throws IOException {
    try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
      int[] stream = {-1};
      return attacker.floodUntilClosed(patience, 20_000, () -> {
        stream[0] += 2;
        attacker
            .call(stream[0], VALIDATE)
            .frame(Http2Socket.RST_STREAM, 0, stream[0], Http2Socket.number(8));
      });
    }
  }

  /** @param size how much of a header each of them carries */
  static boolean continuations(TestServer server, Duration patience, int size, int count)
      throws IOException {
    try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
      attacker.frame(Http2Socket.HEADERS, 0, 1, Http2Socket.callHeaders(VALIDATE));
      byte[] part = Arrays.copyOf(Http2Socket.callHeaders("/", "x", "y".repeat(size)), size);
      return attacker.floodUntilClosed(
          patience, count, () -> attacker.frame(Http2Socket.CONTINUATION, 0, 1, part));
    }
  }

  static boolean pings(TestServer server, Duration patience, int count) throws IOException {
    try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
      return attacker.floodUntilClosed(
          patience, count, () -> attacker.frame(Http2Socket.PING, 0, 0, new byte[8]));
    }
  }

  static boolean settings(TestServer server, Duration patience) throws IOException {
    byte[] settings = Http2Socket.settings(Http2Socket.INITIAL_WINDOW_SIZE, 65_535);
    return frames(
        server, patience, attacker -> attacker.frame(Http2Socket.SETTINGS, 0, 0, settings));
  }

  static boolean windowUpdates(TestServer server, Duration patience) throws IOException {
    return frames(
        server,
        patience,
        attacker -> attacker.frame(Http2Socket.WINDOW_UPDATE, 0, 0, Http2Socket.number(1)));
  }

  static boolean oneByteFrames(TestServer server, Duration patience) throws IOException {
    try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
      attacker.call(1, VALIDATE);
      for (byte next : Http2Socket.prefixed(0, 1 << 20)) {
        attacker.frame(Http2Socket.DATA, 0, 1, next);
      }
      return attacker.floodUntilClosed(patience, 30_000, () -> {
        attacker.frame(Http2Socket.DATA, 0, 1, (byte) 0);
      });
    }
  }

  /** Stopped if it is refused by what it says of its length, for more than that never comes. */
  static boolean lengthOfAMessage(TestServer server, Duration patience, int length)
      throws IOException {
    try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
      attacker
          .call(1, VALIDATE)
          .frame(Http2Socket.DATA, 0, 1, Http2Socket.prefixed(0, length))
          .flush();
      return within(patience, () -> attacker.status(1) == EXHAUSTED);
    }
  }

  /** Stopped if it is not read to its end: the text of a request that is nothing but text. */
  static boolean messageThatInflates(TestServer server, Duration patience, int length)
      throws IOException {
    byte[] bomb = gzip(length);
    try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
      attacker.call(1, VALIDATE, "grpc-encoding", "gzip");
      byte[] message = Http2Socket.prefixed(1, bomb.length, bomb);
      for (int from = 0; from < message.length; from += FRAME) {
        int to = Math.min(message.length, from + FRAME);
        attacker.frame(
            Http2Socket.DATA,
            to == message.length ? Http2Socket.END_STREAM : 0,
            1,
            Arrays.copyOfRange(message, from, to));
      }
      attacker.flush();
      // Whoever reads it is stopped at the limit, and has no message then.
      return within(patience, () -> attacker.status(1) >= 0) && attacker.status(1) == INVALID;
    }
  }

  static boolean metadata(TestServer server, Duration patience) throws IOException {
    try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
      byte[] block =
          Http2Socket.callHeaders("/grpc.health.v1.Health/Check", "x", "y".repeat(60_000));
      attacker.frame(Http2Socket.HEADERS, 0, 1, Arrays.copyOfRange(block, 0, 16_000));
      for (int from = 16_000; from < block.length; from += 16_000) {
        int to = Math.min(block.length, from + 16_000);
        attacker.frame(
            Http2Socket.CONTINUATION,
            to == block.length ? Http2Socket.END_HEADERS : 0,
            1,
            Arrays.copyOfRange(block, from, to));
      }
      attacker.message(1).flush();
      within(
          patience,
          () -> attacker.isClosed() || attacker.resets().contains(1) || attacker.status(1) >= 0);
      return attacker.status(1) != OK;
    }
  }

  /** Whether it comes true in that time. */
  static boolean within(Duration time, BooleanSupplier condition) {
    long end = System.nanoTime() + time.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }

  private interface Frame {
    void send(Http2Socket attacker) throws IOException;
  }

  private static boolean frames(TestServer server, Duration patience, Frame frame)
      throws IOException {
    try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
      return attacker.floodUntilClosed(patience, 500, () -> {
        for (int i = 0; i < 100; i++) {
          frame.send(attacker);
        }
      });
    }
  }

  private static Http2Socket stalled(TestServer server) throws IOException {
    return Http2Socket.speaking(server.port(), Http2Socket.INITIAL_WINDOW_SIZE, 0);
  }

  private static byte[] gzip(int length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      CodedOutputStream field = CodedOutputStream.newInstance(gzip);
      field.writeTag(
          ValidateSessionRequest.SESSION_TOKEN_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      field.writeUInt32NoTag(length);
      field.flush();
      byte[] block = new byte[1 << 20];
      for (int i = 0; i < length; i += block.length) {
        gzip.write(block);
      }
    }
    return bytes.toByteArray();
  }
}
