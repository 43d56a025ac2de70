package dev.doorward.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever floods the server loses its connection or its call; those who do nothing wrong do not notice; memory returns. */
@Timeout(180)
class FloodTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  /** Those of the server, in settings and values: lower than the defaults, so that they are reached soon. */
  static final List<String> LIMITS = List.of(
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

  private static TestServer server;
  private static Bystanders bystanders;
  private static Memory before;

  @BeforeAll
  static void start() {
    server = TestServer.start(TestMariaDb.shared(), LIMITS.toArray(String[]::new));
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
    assertThat(Floods.silence(server, LIMIT)).isTrue();
  }

  @Test
  void aPrefaceThatTakesForeverIsCutOff() throws IOException {
    assertThat(Floods.slowPreface(server, LIMIT)).isTrue();
  }

  @Test
  void headersThatNeverEndAreCutOff() throws IOException {
    assertThat(Floods.headersWithoutEnd(server, LIMIT)).isTrue();
  }

  @Test
  void aRequestThatNeverComesIsGivenUp() throws IOException {
    assertThat(Floods.requestsThatNeverCome(server, LIMIT)).isTrue();
  }

  @Test
  void readersThatTakeNothingHoldALimitedNumberOfStreams() throws IOException {
    assertThat(Floods.readersThatTakeNothing(server, LIMIT)).isTrue();
  }

  @Test
  void answersThatNobodyTakesAreDropped() throws IOException {
    assertThat(Floods.answersThatNobodyTakes(server, LIMIT)).isTrue();
  }

  @Test
  void rapidResetEndsTheConnection() throws IOException {
    assertThat(Floods.resets(server, LIMIT)).isTrue();
  }

  @Test
  void aFloodOfContinuationsEndsTheConnection() throws IOException {
    for (int size : new int[] {0, 1, 16_000}) {
      assertThat(Floods.continuations(server, LIMIT, size, 10_000)).isTrue();
    }
  }

  @Test
  void aFloodOfPingsEndsTheConnection() throws IOException {
    assertThat(Floods.pings(server, LIMIT, 10_000)).isTrue();
  }

  @Test
  void aFloodOfSettingsEndsTheConnection() throws IOException {
    assertThat(Floods.settings(server, LIMIT)).isTrue();
  }

  @Test
  void aFloodOfWindowUpdatesEndsTheConnection() throws IOException {
    assertThat(Floods.windowUpdates(server, LIMIT)).isTrue();
  }

  @Test
  void aMessageInOneByteFramesEndsTheConnection() throws IOException {
    assertThat(Floods.oneByteFrames(server, LIMIT)).isTrue();
  }

  @Test
  void aMessageThatIsTooLargeIsRefusedByItsLength() throws IOException {
    for (int length : new int[] {8 << 20, 1 << 30}) {
      assertThat(Floods.lengthOfAMessage(server, LIMIT, length)).isTrue();
    }
  }

  @Test
  void aMessageThatInflatesBeyondTheLimitIsRefused() throws IOException {
    for (int length : new int[] {8 << 20, 256 << 20}) {
      assertThat(Floods.messageThatInflates(server, LIMIT, length)).isTrue();
    }
  }

  @Test
  void metadataThatIsTooLargeIsRefused() throws IOException {
    assertThat(Floods.metadata(server, LIMIT)).isTrue();
  }
}
