package dev.doorward.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.doorward.Config;
import dev.doorward.Doorward;
import dev.doorward.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class StartWithoutDatabaseTest {

  private static final String PASSWORD = "the password of the database";

  @Test
  @Timeout(30)
  void aServerWhoseDatabaseIsDownRefusesToStartAndNamesIt() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    assertRefusesToStart(port);
  }

  @Test
  @Timeout(30)
  void aServerWhoseDatabaseHangsRefusesToStartAndNamesIt() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertRefusesToStart(silent.getLocalPort());
    }
  }

  private static void assertRefusesToStart(int port) {
    Config config = Config.read(new Settings(Map.of(
        "server.port",
        "0",
        "database.url",
        "jdbc:mariadb://127.0.0.1:" + port + "/doorward?sslMode=disable",
        "database.password",
        PASSWORD)));
    Set<Thread> before = threads();

    Throwable thrown = catchThrowable(() -> Doorward.start(config));

    assertThat(thrown).isNotNull();
    assertThat(thrown).hasMessageContaining("database").hasMessageContaining("127.0.0.1:" + port);
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      assertThat(cause.toString()).doesNotContain(PASSWORD);
    }
    assertThat(threads()).as("threads left behind").isSubsetOf(before);
  }

  /** The server's own, by their names. */
  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread ->
            thread.getName().matches("(worker-|reads|writes|health|password-hashing|session-).*"))
        .collect(Collectors.toSet());
  }
}
