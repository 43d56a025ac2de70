package dev.doorward.testing;

import dev.doorward.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** How a command line ended, that was run in this process. */
public record CommandRun(int exit, String out, String err) {

  public static CommandRun of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit = Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
    return new CommandRun(exit, out.toString(), err.toString());
  }

  /** Writes the settings to the file, for {@code --config}. */
  public static String config(Path file, Map<String, String> settings) {
    try {
      return Files.writeString(
              file,
              settings.entrySet().stream()
                  .map(entry -> entry.getKey() + "=" + entry.getValue())
                  .collect(Collectors.joining("\n")))
          .toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
