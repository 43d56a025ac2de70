package dev.doorward.testing;

import dev.doorward.development.EmbeddedMariaDb;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The one MariaDB of all tests in this JVM that do no harm to it; a fresh one for those that do. */
public final class TestMariaDb {

  private static EmbeddedMariaDb shared;

  private TestMariaDb() {}

  public static synchronized EmbeddedMariaDb shared() {
    if (shared == null) {
      shared = fresh();
    }
    return shared;
  }

  /** One that ends with the JVM at the latest. */
  public static EmbeddedMariaDb fresh(String... extraServerArguments) {
    try {
      Path directory =
          Files.createTempDirectory(Files.createDirectories(Path.of("target/mariadb")), "test-");
      EmbeddedMariaDb mariaDb = EmbeddedMariaDb.start(directory, extraServerArguments);
      Runtime.getRuntime().addShutdownHook(new Thread(mariaDb::close));
      return mariaDb;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
