package dev.doorward.client.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.Await;
import dev.doorward.testing.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class RollingRestartTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Test
  void noCallFailsWhileThreeServersAreReplacedOneAfterTheOther() {
    List<String> lines = new CopyOnWriteArrayList<>();
    try (Cluster cluster = Cluster.ofThree()) {
      try (JavaProcess client = JavaProcess.start(
          cluster.options(),
          CallingClient.class,
          List.of(cluster.target(), TestServer.sharedKey()),
          Map.of(),
          lines::add)) {
        Await.until(LIMIT, "the client calls", () -> lines.contains("calling"));

        for (int round = 0; round < 2; round++) {
          for (int server = 0; server < 3; server++) {
            cluster.replace(server);
          }
        }

        client.endInput();
        Await.until(LIMIT, "the client ends", () -> !client.isAlive());
      }
    }

    assertThat(lines).filteredOn(line -> line.startsWith("FAILED")).isEmpty();
    assertThat(lines).anyMatch(line -> line.matches("calls [1-9]\\d{2,}"));
  }
}
