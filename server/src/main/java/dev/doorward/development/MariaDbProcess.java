package dev.doorward.development;

import dev.doorward.database.DriverLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import org.mariadb.jdbc.Driver;

/** One run of mariadbd, from its launch to its exit. */
final class MariaDbProcess {

  private static final Duration UNTIL_READY = Duration.ofSeconds(60);
  private static final Duration UNTIL_STOPPED = Duration.ofSeconds(30);
  private static final Duration UNTIL_KILLED = Duration.ofSeconds(10);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
  private static final int LOG_LINES = 30;

  static {
    DriverLog.turnOff();
  }

  private final Process process;
  private final Path log;

  private MariaDbProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Launches it, and writes its pid down at once: mariadbd itself does so only when it is ready. */
  static MariaDbProcess launch(ProcessBuilder builder, Path log, Path pidFile) throws IOException {
    Process process = runInto(builder, log).start();
    process.getOutputStream().close();
    Files.writeString(pidFile, Long.toString(process.pid()));
    return new MariaDbProcess(process, log);
  }

  /** Runs it to its end, which must be a good one. */
  static void complete(ProcessBuilder builder, Path log) throws IOException {
    Process process = runInto(builder, log).start();
    awaitThat(() -> !process.isAlive(), UNTIL_READY);
    if (process.isAlive() || process.exitValue() != 0) {
      process.destroyForcibly();
      throw failure("mariadbd could not create the system tables", log);
    }
  }

  /**
   * Stops the mariadbd that an earlier JVM left on this data directory. A pid file that names
   * anything else is a stale one, and that process a stranger.
   */
  static void stopLeftover(Path pidFile, Path data) throws IOException {
    if (!Files.exists(pidFile)) {
      return;
    }
    String pid = Files.readString(pidFile, StandardCharsets.ISO_8859_1).strip();
    if (!pid.matches("[0-9]{1,18}")) {
      return; // Cut off while it was written.
    }
    ProcessHandle.of(Long.parseLong(pid))
        .filter(leftover -> servesFrom(leftover, data))
        .ifPresent(leftover -> stop(leftover, () -> !servesFrom(leftover, data)));
  }

  void awaitReady(String jdbcUrl, String user, String password) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "5000");
    properties.setProperty("socketTimeout", "5000");
    if (!awaitThat(() -> !process.isAlive() || accepts(jdbcUrl, properties), UNTIL_READY)) {
      throw failure("mariadbd is not ready after " + UNTIL_READY.toSeconds() + " s", log);
    }
    if (!process.isAlive()) {
      throw failure("mariadbd exited with status " + process.exitValue(), log);
    }
  }

  long pid() {
    return process.pid();
  }

  void stop() {
    stop(process.toHandle(), () -> !process.isAlive());
  }

  private static ProcessBuilder runInto(ProcessBuilder builder, Path log) {
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
  }

  private static boolean accepts(String jdbcUrl, Properties properties) {
    try (Connection connection = new Driver().connect(jdbcUrl, properties)) {
      return connection.isValid(5);
    } catch (SQLException e) {
      return false;
    }
  }

  private static boolean servesFrom(ProcessHandle process, Path data) {
    ProcessHandle.Info info = process.info(); // Empty for a zombie, which is as good as gone.
    return info.command().map(Path::of).map(Path::getFileName).map(Path::toString).stream()
            .anyMatch(name -> name.startsWith("mariadbd") || name.startsWith("mysqld"))
        && info.arguments().map(List::of).orElse(List.of()).contains("--datadir=" + data);
  }

  private static void stop(ProcessHandle server, BooleanSupplier gone) {
    if (gone.getAsBoolean()) {
      return;
    }
    server.destroy();
    wake(server);
    if (awaitThat(gone, UNTIL_STOPPED)) {
      return;
    }
    server.destroyForcibly();
    if (!awaitThat(gone, UNTIL_KILLED)) {
      throw new IllegalStateException("process " + server.pid() + ": survived being killed");
    }
  }

  /** A process that was paused hears no request to stop. */
  private static void wake(ProcessHandle process) {
    try {
      new ProcessBuilder("sh", "-c", "kill -CONT " + process.pid())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      // Windows, which has no shell and pauses nobody.
    }
  }

  /**
   * Whether the condition came to hold in time. An interrupt is kept for later: a server that was
   * left half started or half stopped would cost more than the wait.
   */
  private static boolean awaitThat(BooleanSupplier condition, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    boolean interrupted = false;
    try {
      while (!condition.getAsBoolean()) {
        if (System.nanoTime() - deadline > 0) {
          return false;
        }
        try {
          Thread.sleep(BETWEEN_LOOKS.toMillis());
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static IllegalStateException failure(String what, Path log) throws IOException {
    List<String> lines =
        Files.readString(log, StandardCharsets.ISO_8859_1).lines().toList();
    List<String> tail = lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
    return new IllegalStateException(
        what + "; the end of " + log + ":\n" + String.join("\n", tail));
  }
}
