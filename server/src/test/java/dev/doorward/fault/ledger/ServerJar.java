package dev.doorward.fault.ledger;

import dev.doorward.config.Settings;
import dev.doorward.testing.Await;
import dev.doorward.testing.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The production jar in a process of its own, on one port whenever it is started again. */
final class ServerJar implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(2);
  private static final String SERVING = " serving on ";

  private final Path jar;
  private final Path log;
  private final Map<String, String> settings;
  private final int port = FreePort.any();
  private Process process;

  ServerJar(Path jar, Path log, Map<String, String> settings) {
    this.jar = jar;
    this.log = log;
    this.settings = new HashMap<>(settings);
    this.settings.put("server.port", Integer.toString(port));
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
  }

  int port() {
    return port;
  }

  void start() {
    start(Map.of());
  }

  /** Returns when it serves. */
  void start(Map<String, String> environment) {
    // It lives for seconds, many times, beside its database and its clients.
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx256m",
        "-jar",
        jar.toString(),
        "serve"));
    ProcessBuilder builder = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    settings.forEach(
        (key, value) -> builder.environment().put(new Settings.Key(key, "", "").variable(), value));
    long before = startsLogged();
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Await.until(
        START, "the server serves: " + log, () -> startsLogged() > before || !process.isAlive());
    if (!process.isAlive()) {
      throw new IllegalStateException("the server has not started; see " + log);
    }
  }

  /** As by the kernel when memory runs out; returns when it is gone. */
  void kill() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  /** Asks it to end. */
  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
  }

  private long startsLogged() {
    try {
      return Files.exists(log)
          ? Files.readString(log).lines().filter(line -> line.contains(SERVING)).count()
          : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
