package dev.doorward.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Platform;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the kernel says of the threads that hash, and of those that answer. */
@ExtendWith(DoorwardExtension.class)
class HashingPriorityTest {

  /** Of a thread's line in /proc, after its name. */
  private static final int NICE_FIELD = 16;

  private final TestServer server;

  HashingPriorityTest(TestServer server) {
    this.server = server;
  }

  @Test
  void aThreadThatHashesGivesWayToThoseThatAnswer() throws IOException {
    assumeTrue(Platform.isLinux(), "niceness is a thread's own under Linux alone");
    server.given().signedUp();

    assertThat(niceness("password-hash")).containsExactly(10);
    assertThat(niceness("network")).containsExactly(nicenessOf(Path.of("/proc/self")));
  }

  private static Set<Integer> niceness(String threads) throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks
          .filter(task -> stat(task).contains("(" + threads))
          .map(HashingPriorityTest::nicenessOf)
          .collect(Collectors.toSet());
    }
  }

  private static int nicenessOf(Path task) {
    String stat = stat(task);
    return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE_FIELD]);
  }

  private static String stat(Path task) {
    try {
      return Files.readString(task.resolve("stat"));
    } catch (IOException e) {
      return ""; // It has ended in between.
    }
  }
}
