package dev.doorward.client.guarantee;

import dev.doorward.secrecy.Loud;
import dev.doorward.testing.Await;
import dev.doorward.testing.Signal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A JVM with the class path of the tests, whose log is searched for secrets too. */
final class JavaProcess implements AutoCloseable {

  private final Process process;
  private final Thread reader;

  private JavaProcess(Process process, Consumer<String> lines) {
    this.process = process;
    this.reader = new Thread(() -> read(process.inputReader(), lines), "output-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /** @param lines is given every line that the process writes, on a thread of its own */
  static JavaProcess start(
      List<String> options,
      Class<?> main,
      List<String> arguments,
      Map<String, String> environment,
      Consumer<String> lines) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Several of them share a small machine for a short time.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx160m"));
    command.addAll(options);
    command.addAll(List.of(
        "-cp", System.getProperty("java.class.path"), Loud.class.getName(), main.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      JavaProcess started = new JavaProcess(builder.start(), lines);
      Runtime.getRuntime().addShutdownHook(new Thread(started.process::destroyForcibly));
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void writeLine(String line) {
    try {
      process.outputWriter().write(line + "\n");
      process.outputWriter().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void endInput() {
    try {
      process.outputWriter().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void send(Signal signal) {
    signal.send(process.pid());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Returns when it is gone, and all that it wrote has been read. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Asks it to end, as a terminal does. */
  @Override
  public void close() {
    process.destroy();
    awaitEnd();
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    Await.until(Duration.ofSeconds(30), "its output has been read", () -> !reader.isAlive());
  }

  private static void read(BufferedReader output, Consumer<String> lines) {
    try (output) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.accept(line);
      }
    } catch (IOException e) {
      // It was killed.
    }
  }
}
