package dev.doorward.development;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A copy of a database, by MariaDB's own tools, as docs/operations.md has it. */
public final class MariaDbCopy {

  private final Path file;

  private MariaDbCopy(Path file) {
    this.file = file;
  }

  /** Of one moment, while servers go on. */
  public static MariaDbCopy of(EmbeddedMariaDb mariaDb, Path file) {
    run(
        mariaDb,
        "mariadb-dump",
        List.of("--single-transaction", "--add-drop-table", schema(mariaDb)),
        ProcessBuilder.Redirect.PIPE,
        ProcessBuilder.Redirect.to(file.toFile()));
    return new MariaDbCopy(file);
  }

  /** In place of what is there now. */
  public void restore(EmbeddedMariaDb mariaDb) {
    run(
        mariaDb,
        "mariadb",
        List.of(schema(mariaDb)),
        ProcessBuilder.Redirect.from(file.toFile()),
        ProcessBuilder.Redirect.DISCARD);
  }

  private static void run(
      EmbeddedMariaDb mariaDb,
      String tool,
      List<String> arguments,
      ProcessBuilder.Redirect in,
      ProcessBuilder.Redirect out) {
    try {
      List<String> command = new ArrayList<>(List.of(
          MariaDbBinaries.unpacked().home().resolve("bin").resolve(tool).toString(),
          "--host=127.0.0.1",
          "--port=" + mariaDb.port(),
          "--user=" + mariaDb.user(),
          "--skip-ssl"));
      command.addAll(arguments);
      ProcessBuilder builder = new ProcessBuilder(command)
          .redirectInput(in)
          .redirectOutput(out)
          .redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().put("MYSQL_PWD", mariaDb.password());
      int exit = builder.start().waitFor();
      if (exit != 0) {
        throw new AssertionError(tool + " ended with " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String schema(EmbeddedMariaDb mariaDb) {
    return URI.create(mariaDb.jdbcUrl().substring("jdbc:".length())).getPath().substring(1);
  }
}
