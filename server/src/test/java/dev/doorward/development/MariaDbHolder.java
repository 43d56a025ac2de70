package dev.doorward.development;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;

/** Another JVM that starts a MariaDB, writes one row, and holds it until it is ended, or for a minute. */
final class MariaDbHolder implements AutoCloseable {

  private final Process jvm;
  private final BufferedReader output;

  private MariaDbHolder(Process jvm) {
    this.jvm = jvm;
    this.output = jvm.inputReader();
  }

  static MariaDbHolder start(Path directory) {
    List<String> command = List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        MariaDbHolder.class.getName(),
        directory.toString());
    try {
      return new MariaDbHolder(
          new ProcessBuilder(command).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void main(String[] arguments) throws Exception {
    EmbeddedMariaDb mariaDb = EmbeddedMariaDb.start(Path.of(arguments[0]));
    try (var connection =
            DriverManager.getConnection(mariaDb.jdbcUrl(), mariaDb.user(), mariaDb.password());
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE kept (word VARCHAR(20))");
      statement.execute("INSERT INTO kept VALUES ('beetroot')");
    }
    System.out.println("mariadbd " + mariaDb.pid());
    Thread.sleep(Duration.ofSeconds(60).toMillis()); // So that a test that fails also ends.
  }

  /** The pid of its mariadbd, once it has one. */
  long awaitServer() throws IOException {
    return Long.parseLong(awaitLine("mariadbd ").substring("mariadbd ".length()));
  }

  /** The first line of its output that contains this. */
  String awaitLine(String part) throws IOException {
    StringBuilder seen = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.contains(part)) {
        return line;
      }
      seen.append(line).append('\n');
    }
    throw new AssertionError("no line with '" + part + "' in:\n" + seen);
  }

  Process jvm() {
    return jvm;
  }

  void crash() throws InterruptedException {
    jvm.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    jvm.destroy();
    jvm.onExit().join();
  }
}
