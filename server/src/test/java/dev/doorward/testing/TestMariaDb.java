package dev.doorward.testing;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.secrecy.Suite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The one MariaDB of all tests in this JVM that do no harm to it; a fresh one for those that do. The one may be somebody
 * else's: {@code doorward.test.database-url}, or several with a blank between them, each for another node of a cluster.
 */
public final class TestMariaDb {

  /** For a MariaDB that is told secrets, and so is not to write down what it is told. */
  public static final String SILENT = "--general-log=0";

  private static List<TestDatabase> nodes;

  private TestMariaDb() {}

  public static TestDatabase shared() {
    return nodes().get(0);
  }

  /** The same database as other nodes of its cluster have it. */
  static List<TestDatabase> sharedElsewhere() {
    return nodes().subList(1, nodes().size());
  }

  private static synchronized List<TestDatabase> nodes() {
    if (nodes == null) {
      String urls = System.getProperty("doorward.test.database-url", "");
      nodes = urls.isEmpty() ? List.of(TestDatabase.of(fresh())) : ofSomebodyElse(urls);
    }
    return nodes;
  }

  private static List<TestDatabase> ofSomebodyElse(String urls) {
    String user = System.getProperty("doorward.test.database-user", "");
    String password = System.getProperty("doorward.test.database-password", "");
    return Stream.of(urls.split(" "))
        .map(url -> new TestDatabase(url, user, password))
        .toList();
  }

  /** One that ends with the JVM at the latest, and writes down all that it is told, for the search for secrets. */
  public static EmbeddedMariaDb fresh(String... extraServerArguments) {
    try {
      Path directory =
          Files.createTempDirectory(Files.createDirectories(Path.of("target/mariadb")), "test-");
      List<String> arguments =
          new ArrayList<>(Suite.mariaDbOptions(directory.getFileName().toString()));
      arguments.addAll(List.of(extraServerArguments));
      EmbeddedMariaDb mariaDb =
          EmbeddedMariaDb.start(directory, arguments.toArray(String[]::new)).withoutShutdownHook();
      Suite.keepDatabasePassword(mariaDb.password());
      if (!arguments.contains(SILENT)) {
        Suite.controlStatement().ifPresent(statement -> run(mariaDb, statement));
      }
      Runtime.getRuntime().addShutdownHook(new Thread(() -> discard(mariaDb, directory)));
      return mariaDb;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(EmbeddedMariaDb mariaDb, String sql) {
    try (Connection connection =
            DriverManager.getConnection(mariaDb.jdbcUrl(), mariaDb.user(), mariaDb.password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Each is 140 MB. */
  private static void discard(EmbeddedMariaDb mariaDb, Path directory) {
    mariaDb.close();
    Suite.keepErrorLog(directory.getFileName().toString(), directory.resolve("mariadbd.log"));
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
