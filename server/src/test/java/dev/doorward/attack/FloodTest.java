package dev.doorward.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.doorward.testing.Await;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever floods the server loses its connection or its call; those who do nothing wrong do not notice; memory returns. */
@Timeout(180)
class FloodTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String VALIDATE = "/doorward.v1.SessionService/ValidateSession";
  private static final String WATCH = "/doorward.v1.SessionService/WatchRevocations";
  private static final int EXHAUSTED = Status.Code.RESOURCE_EXHAUSTED.value();
  private static final int INVALID = Status.Code.INVALID_ARGUMENT.value();

  private static TestServer server;
  private static Bystanders bystanders;
  private static Memory before;

  @BeforeAll
  static void start() {
    server = TestServer.start(
        TestMariaDb.shared(),
        "limit.handshake",
        "2s",
        "limit.connection-idle",
        "2s",
        "limit.call-time",
        "2s",
        "limit.streams",
        "100",
        "limit.frames-per-connection",
        "2000");
    bystanders = new Bystanders(server);
    before = Memory.now();
  }

  @AfterAll
  static void stop() {
    bystanders.close();
    server.close();
  }

  @AfterEach
  void nobodyElseNotices() {
    bystanders.assertServed();
    before.awaitReturn();
  }

  @Test
  void aConnectionThatSaysNothingIsClosed() throws IOException {
    try (Http2Socket silent = Http2Socket.connect(server.port())) {
      silent.awaitClosed(LIMIT);
    }
  }

  @Test
  void aPrefaceThatTakesForeverIsCutOff() throws IOException {
    try (Http2Socket slow = Http2Socket.connect(server.port())) {
      for (byte next : Http2Socket.preface()) {
        if (slow.isClosed()) {
          break;
        }
        slow.raw().write(next);
        slow.flush();
        bystanders.awaitMore(100);
      }
      slow.awaitClosed(LIMIT);
    }
  }

  @Test
  void headersThatNeverEndAreCutOff() throws IOException {
    try (Http2Socket slow = Http2Socket.speaking(server.port())) {
      slow.frame(Http2Socket.HEADERS, 0, 1, Http2Socket.callHeaders(VALIDATE)).flush();

      slow.awaitClosed(LIMIT);
    }
  }

  @Test
  void aRequestThatNeverComesIsGivenUp() throws IOException {
    try (Http2Socket slow = Http2Socket.speaking(server.port())) {
      for (int stream = 1; stream < 400; stream += 2) {
        slow.call(stream, VALIDATE, "grpc-timeout", "1H");
      }
      slow.flush();

      Await.until(
          LIMIT,
          "all calls are over",
          () -> slow.resets().size() + slow.statuses().size() >= 200);
    }
  }

  @Test
  void readersThatTakeNothingHoldALimitedNumberOfStreams() throws IOException {
    try (Http2Socket stalled =
        Http2Socket.speaking(server.port(), Http2Socket.INITIAL_WINDOW_SIZE, 0)) {
      for (int stream = 1; stream < 400; stream += 2) {
        stalled.call(stream, WATCH).message(stream);
      }
      stalled.flush();

      Await.until(
          LIMIT,
          "those beyond the limit are refused",
          () -> stalled.statuses().values().stream()
                  .filter(status -> status == EXHAUSTED)
                  .count()
              == 100);
      revokeSessions(50);
      assertThat(stalled.statuses()).hasSize(100);
    }
  }

  @Test
  void answersThatNobodyTakesAreDropped() throws IOException {
    byte[] request = ValidateSessionRequest.newBuilder()
        .setSessionToken(server.given().session().getSessionToken())
        .build()
        .toByteArray();
    try (Http2Socket stalled =
        Http2Socket.speaking(server.port(), Http2Socket.INITIAL_WINDOW_SIZE, 0)) {
      for (int stream = 1; stream < 400; stream += 2) {
        stalled.call(stream, VALIDATE).message(stream, request);
      }
      stalled.flush();

      stalled.awaitClosed(LIMIT);
    }
  }

  @Test
  void rapidResetEndsTheConnection() throws IOException {
    try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
      int[] stream = {1};
      attacker.floodUntilClosed(LIMIT, () -> {
        attacker
            .call(stream[0], VALIDATE)
            .frame(Http2Socket.RST_STREAM, 0, stream[0], new byte[] {0, 0, 0, 8});
        stream[0] += 2;
      });
      assertThat(stream[0] / 2).isLessThan(20_000);
    }
  }

  @Test
  void aFloodOfContinuationsEndsTheConnection() throws IOException {
    for (int size : new int[] {0, 1, 16_000}) {
      try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
        attacker.frame(Http2Socket.HEADERS, 0, 1, Http2Socket.callHeaders(VALIDATE));
        byte[] block = Http2Socket.callHeaders("/", "x", "y".repeat(size));
        byte[] part = size == 0 ? new byte[0] : java.util.Arrays.copyOf(block, size);
        attacker.floodUntilClosed(
            LIMIT, () -> attacker.frame(Http2Socket.CONTINUATION, 0, 1, part));
      }
    }
  }

  @Test
  void aFloodOfPingsEndsTheConnection() throws IOException {
    try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
      attacker.floodUntilClosed(LIMIT, () -> attacker.frame(Http2Socket.PING, 0, 0, new byte[8]));
    }
  }

  @Test
  void aFloodOfSettingsEndsTheConnection() throws IOException {
    try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
      byte[] settings = Http2Socket.settings(Http2Socket.INITIAL_WINDOW_SIZE, 65_535);
      attacker.floodUntilClosed(LIMIT, () -> {
        for (int i = 0; i < 100; i++) {
          attacker.frame(Http2Socket.SETTINGS, 0, 0, settings);
        }
      });
    }
  }

  @Test
  void aFloodOfWindowUpdatesEndsTheConnection() throws IOException {
    try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
      attacker.floodUntilClosed(LIMIT, () -> {
        for (int i = 0; i < 100; i++) {
          attacker.frame(Http2Socket.WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0, 1});
        }
      });
    }
  }

  @Test
  void aMessageInOneByteFramesEndsTheConnection() throws IOException {
    try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
      attacker.call(1, VALIDATE);
      for (byte next : Http2Socket.prefixed(0, 1 << 20)) {
        attacker.frame(Http2Socket.DATA, 0, 1, next);
      }
      attacker.floodUntilClosed(LIMIT, () -> {
        for (int i = 0; i < 100; i++) {
          attacker.frame(Http2Socket.DATA, 0, 1, (byte) 0);
        }
      });
    }
  }

  @Test
  void aMessageThatIsTooLargeIsRefusedByItsLength() throws IOException {
    try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
      attacker
          .call(1, VALIDATE)
          .frame(Http2Socket.DATA, 0, 1, Http2Socket.prefixed(0, 1 << 30))
          .flush();

      Await.until(LIMIT, "the call is refused", () -> attacker.status(1) == EXHAUSTED);
    }
  }

  @Test
  void aMessageThatInflatesBeyondTheLimitIsRefused() throws IOException {
    byte[] bomb = gzip(256 << 20);
    assertThat(bomb.length).isLessThan(1 << 20);
    try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
      attacker.call(1, VALIDATE, "grpc-encoding", "gzip");
      byte[] message = Http2Socket.prefixed(1, bomb.length, bomb);
      for (int from = 0; from < message.length; from += 1 << 14) {
        int to = Math.min(message.length, from + (1 << 14));
        attacker.frame(
            Http2Socket.DATA,
            to == message.length ? Http2Socket.END_STREAM : 0,
            1,
            java.util.Arrays.copyOfRange(message, from, to));
      }
      attacker.flush();

      // Whoever reads it is stopped at the limit, and has no message then.
      Await.until(LIMIT, "the call is refused", () -> attacker.status(1) == INVALID);
    }
  }

  @Test
  void metadataThatIsTooLargeIsRefused() throws IOException {
    try (Http2Socket attacker = Http2Socket.speaking(server.port())) {
      byte[] block = Http2Socket.callHeaders(VALIDATE, "x", "y".repeat(60_000));
      attacker.frame(Http2Socket.HEADERS, 0, 1, java.util.Arrays.copyOfRange(block, 0, 16_000));
      for (int from = 16_000; from < block.length; from += 16_000) {
        int to = Math.min(block.length, from + 16_000);
        attacker.frame(
            Http2Socket.CONTINUATION,
            to == block.length ? Http2Socket.END_HEADERS : 0,
            1,
            java.util.Arrays.copyOfRange(block, from, to));
      }
      attacker.flush();

      Await.until(
          LIMIT,
          "the call is refused",
          () -> attacker.isClosed() || attacker.resets().contains(1) || attacker.status(1) > 0);
    }
  }

  private void revokeSessions(int count) {
    User user = server.given().user();
    for (int i = 0; i < count; i++) {
      Session session = server.given().session(user);
      server
          .sessions()
          .revokeSession(
              RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build());
    }
  }

  /** A request whose only text has that length. */
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
