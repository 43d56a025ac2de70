package dev.doorward.testing;

import dev.doorward.development.EmbeddedMariaDb;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

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
      EmbeddedMariaDb mariaDb =
          EmbeddedMariaDb.start(directory, extraServerArguments).withoutShutdownHook();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> discard(mariaDb, directory)));
      return mariaDb;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each is 140 MB. */
  private static void discard(EmbeddedMariaDb mariaDb, Path directory) {
    mariaDb.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
