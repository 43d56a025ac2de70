package dev.doorward.bench;

import dev.doorward.development.EmbeddedMariaDb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A MariaDB of the bench's own, as durable as one in production, until standard input ends. */
public final class LocalDatabase {

  private LocalDatabase() {}

  /** @param arguments the directory, which gets a {@code connection.properties}, and options of mariadbd */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    String[] options = Arrays.copyOfRange(arguments, 1, arguments.length);
    try (EmbeddedMariaDb mariaDb = EmbeddedMariaDb.start(directory, options)) {
      Files.writeString(directory.resolve("connection.properties"), """
          database.url=%s
          database.user=%s
          database.password=%s
          """.formatted(
              mariaDb.jdbcUrl(), mariaDb.user(), mariaDb.password()));
      System.out.println(mariaDb.pid());
      while (System.in.read() >= 0) {
        // Nothing is asked of it but to stay.
      }
    }
  }
}
