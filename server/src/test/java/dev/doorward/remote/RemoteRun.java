package dev.doorward.remote;

import dev.doorward.testing.CommandRun;
import dev.doorward.testing.Given;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine;

/** Commands that call a server, run in this process with waits that are short; and what they are given. */
final class RemoteRun {

  static final Backoff QUICK =
      new Backoff(Duration.ofMillis(1), Duration.ofMillis(20), RandomGenerator.getDefault());

  private RemoteRun() {}

  static CommandRun of(Callable<Integer> command, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit = new CommandLine(command)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
    return new CommandRun(exit, out.toString(), err.toString());
  }

  static Path keyFile(Path directory, String key) {
    try {
      return Files.writeString(Files.createTempFile(directory, "caller", ".key"), key + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A line of somebody who is in no other. */
  static String line() {
    return line(Given.freeEmail());
  }

  static String line(String email) {
    return "{\"user\": {\"email\": \"" + email + "\"}}";
  }

  static String lines(int count) {
    return IntStream.range(0, count).mapToObj(i -> line() + "\n").collect(Collectors.joining());
  }
}
