package dev.doorward.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The floods of {@link FloodTest} against the same server, but for the one limit that stops them there: nothing else does.
 * What no setting limits, because netty and gRPC do, is served as long as it is little.
 */
@Timeout(180)
class UnlimitedFloodTest {

  /** Well over the limits of time that {@link FloodTest} has. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void withoutItsLimitNobodyStopsIt(String name, List<String> raised, Floods.Flood flood)
      throws IOException {
    List<String> settings = new ArrayList<>(FloodTest.LIMITS);
    settings.addAll(raised); // The last word counts.
    try (TestServer server =
        TestServer.start(TestMariaDb.shared(), settings.toArray(String[]::new))) {
      assertThat(flood.isStopped(server, PATIENCE)).isFalse();
    }
  }

  static Stream<Arguments> floods() {
    return Stream.of(
        flood("silence", Floods::silence, "limit.handshake", "2m"),
        flood("a slow preface", Floods::slowPreface, "limit.handshake", "2m"),
        flood("headers without end", Floods::headersWithoutEnd, "limit.connection-idle", "1h"),
        flood("requests that never come", Floods::requestsThatNeverCome, "limit.call-time", "1h"),
        flood("readers that take nothing", Floods::readersThatTakeNothing, "limit.streams", "1000"),
        flood("answers that nobody takes", Floods::answersThatNobodyTakes, "limit.call-time", "1h"),
        flood(
            "resets",
            Floods::resets,
            "limit.resets-per-connection",
            "100000",
            "limit.frames-per-connection",
            "10000000"),
        flood("settings", Floods::settings, "limit.frames-per-connection", "10000000"),
        flood("window updates", Floods::windowUpdates, "limit.frames-per-connection", "10000000"),
        flood("one-byte frames", Floods::oneByteFrames, "limit.frames-per-connection", "10000000"),
        flood(
            "the length of a message",
            (server, patience) -> Floods.lengthOfAMessage(server, patience, 8 << 20),
            "server.max-message-bytes",
            "16777216"),
        flood(
            "a message that inflates",
            (server, patience) -> Floods.messageThatInflates(server, patience, 8 << 20),
            "server.max-message-bytes",
            "16777216"),
        flood("metadata", Floods::metadata, "limit.metadata-bytes", "1048576"),
        flood(
            "few continuations",
            (server, patience) -> Floods.continuations(server, patience, 1, 5),
            "limit.connection-idle",
            "1h"),
        flood(
            "one ping",
            (server, patience) -> Floods.pings(server, patience, 1),
            "limit.connection-idle",
            "1h"));
  }

  private static Arguments flood(String name, Floods.Flood flood, String... raised) {
    return Arguments.of(name, List.of(raised), flood);
  }
}
