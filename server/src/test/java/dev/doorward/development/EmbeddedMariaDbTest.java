package dev.doorward.development;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorward.testing.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedMariaDbTest {

  @TempDir
  Path temporary;

  @Test
  void dataSurviveARestartAndANewStart() throws Exception {
    try (var mariaDb = EmbeddedMariaDb.start(directory())) {
      execute(mariaDb, "CREATE TABLE kept (word VARCHAR(20))");
      execute(mariaDb, "INSERT INTO kept VALUES ('beetroot')");
      String jdbcUrl = mariaDb.jdbcUrl();

      mariaDb.restart();

      assertThat(mariaDb.jdbcUrl()).isEqualTo(jdbcUrl);
      assertThat(select(mariaDb, "SELECT word FROM kept")).isEqualTo("beetroot");
    }
    try (var mariaDb = EmbeddedMariaDb.start(directory())) {
      assertThat(select(mariaDb, "SELECT word FROM kept")).isEqualTo("beetroot");
    }
  }

  @Test
  void aKilledServerComesBackOnTheSamePort() throws Exception {
    try (var mariaDb = EmbeddedMariaDb.start(directory())) {
      execute(mariaDb, "CREATE TABLE kept (word VARCHAR(20))");
      execute(mariaDb, "INSERT INTO kept VALUES ('beetroot')");
      long killed = mariaDb.pid();

      MariaDbFaults.kill(mariaDb);
      assertThatThrownBy(() -> select(mariaDb, "SELECT 1")).isInstanceOf(SQLException.class);
      mariaDb.restart();

      assertThat(mariaDb.pid()).isNotEqualTo(killed);
      assertThat(select(mariaDb, "SELECT word FROM kept")).isEqualTo("beetroot");
    }
  }

  @Test
  void aPausedServerIsStoppedByClose() {
    var mariaDb = EmbeddedMariaDb.start(directory());
    MariaDbFaults.pause(mariaDb);

    mariaDb.close();

    assertThat(ProcessHandle.of(mariaDb.pid())).isEmpty();
    assertThat(directory().resolve("mariadbd.log")).content().endsWith("Shutdown complete\n");
  }

  @Test
  void aSecondStartInThisJvmIsRefused() throws Exception {
    try (var mariaDb = EmbeddedMariaDb.start(directory())) {
      assertThatThrownBy(() -> EmbeddedMariaDb.start(directory()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(directory().toString())
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());

      // The refused start must not have dropped the lock of the first one.
      try (var other = MariaDbHolder.start(directory())) {
        other.awaitLine("in use by process " + ProcessHandle.current().pid());
      }
      assertThat(select(mariaDb, "SELECT 'alive'")).isEqualTo("alive");
    }
  }

  @Test
  void aSecondStartInAnotherJvmIsRefused() throws Exception {
    try (var other = MariaDbHolder.start(directory())) {
      long server = other.awaitServer();

      assertThatThrownBy(() -> EmbeddedMariaDb.start(directory()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(directory().toString())
          .hasMessageContaining("in use by process " + other.jvm().pid());

      assertThat(ProcessHandle.of(server)).isPresent();
    }
  }

  @Test
  void afterACrashTheLeftoverIsStoppedAndTheDataAreThere() throws Exception {
    long leftover;
    try (var other = MariaDbHolder.start(directory())) {
      leftover = other.awaitServer();
      other.crash();
    }
    assertThat(isRunning(leftover)).isTrue();

    try (var mariaDb = EmbeddedMariaDb.start(directory())) {
      assertThat(isRunning(leftover)).isFalse();
      assertThat(select(mariaDb, "SELECT word FROM kept")).isEqualTo("beetroot");
    }
  }

  @Test
  void aJvmThatForgetsToCloseStopsItsServerEvenAfterCtrlC() throws Exception {
    try (var other = MariaDbHolder.start(directory())) {
      long server = other.awaitServer();

      Signal.INT.send(server); // A terminal sends it to the JVM and to its children.
      other.jvm().destroy();

      assertThat(other.jvm().waitFor(60, SECONDS)).isTrue();
      assertThat(isRunning(server)).isFalse();
    }
    assertThat(directory().resolve("mariadbd.log"))
        .content()
        .contains("(initiated by: unknown): Normal shutdown")
        .endsWith("Shutdown complete\n");
  }

  @Test
  void aStalePidFileLeavesAStrangerAlone() throws Exception {
    EmbeddedMariaDb.start(directory()).close();
    Process stranger = new ProcessBuilder("sleep", "1000").start();
    try {
      Files.writeString(directory().resolve("mariadbd.pid"), stranger.pid() + "\n");

      EmbeddedMariaDb.start(directory()).close();

      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void whatACutOffStartLeftIsNoHindrance() throws Exception {
    Files.createDirectories(directory().resolve("data.part/mysql"));
    Files.writeString(directory().resolve("data.part/ibdata1"), "cut o");
    Files.writeString(directory().resolve("mariadbd.pid"), "");
    Files.writeString(directory().resolve("init.sql"), "CREATE DATABA");
    Files.writeString(directory().resolve("lock"), "1");

    try (var mariaDb = EmbeddedMariaDb.start(directory())) {
      assertThat(select(mariaDb, "SELECT 'alive'")).isEqualTo("alive");
      assertThat(directory().resolve("init.sql")).doesNotExist();
      assertThat(directory().resolve("data.part")).doesNotExist();
    }
  }

  @Test
  void nobodyLogsInWithoutThePassword() throws Exception {
    try (var mariaDb = EmbeddedMariaDb.start(directory())) {
      for (String user : new String[] {"root", "", "mariadb.sys", mariaDb.user()}) {
        assertThatThrownBy(() -> DriverManager.getConnection(mariaDb.jdbcUrl(), user, ""))
            .as("user '%s'", user)
            .hasMessageContaining("Access denied");
      }
      assertThat(select(mariaDb, "SELECT GROUP_CONCAT(User, '@', Host) FROM mysql.global_priv"))
          .isEqualTo("doorward@127.0.0.1,mariadb.sys@localhost");
    }
  }

  @Test
  void onlyTheOwnerReadsTheDirectoryAndThePasswordInIt() throws Exception {
    Path password = directory().resolve("password");

    try (var mariaDb = EmbeddedMariaDb.start(directory())) {
      assertThat(permissions(directory())).isEqualTo("rwx------");
      assertThat(permissions(password)).isEqualTo("rw-------");
      assertThat(password).hasContent(mariaDb.password());
    }
    assertThat(password).doesNotExist();
  }

  @Test
  void textIsComparedByteForByteUnlessItSaysOtherwise() throws Exception {
    try (var mariaDb = EmbeddedMariaDb.start(directory())) {
      assertThat(select(mariaDb, "SELECT @@collation_server")).isEqualTo("utf8mb4_nopad_bin");
      assertThat(select(mariaDb, "SELECT @@collation_database")).isEqualTo("utf8mb4_nopad_bin");
      assertThat(select(mariaDb, "SELECT @@innodb_flush_log_at_trx_commit")).isEqualTo("1");
    }
  }

  @Test
  void theTemporaryFilesOfOneAreOutOfReachOfAnother() throws Exception {
    try (var mariaDb = EmbeddedMariaDb.start(directory())) {
      Path temporary = Path.of(select(mariaDb, "SELECT @@tmpdir"));

      assertThat(temporary).isEqualTo(directory().toRealPath().resolve("tmp"));
      assertThat(permissions(temporary)).isEqualTo("rwx------");
    }
  }

  @Test
  void aServerThatExitsIsReportedWithTheEndOfItsLog() throws Exception {
    assertThatThrownBy(() -> EmbeddedMariaDb.start(directory(), "--no-such-option"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("mariadbd exited with status")
        .hasMessageContaining("unknown option '--no-such-option'");

    try (var mariaDb = EmbeddedMariaDb.start(directory(), "--max-connections=17")) {
      assertThat(select(mariaDb, "SELECT @@max_connections")).isEqualTo("17");
    }
  }

  private Path directory() {
    return temporary.resolve("database");
  }

  private static void execute(EmbeddedMariaDb mariaDb, String statement) throws SQLException {
    try (Connection connection = connect(mariaDb)) {
      connection.createStatement().execute(statement);
    }
  }

  private static String select(EmbeddedMariaDb mariaDb, String query) throws SQLException {
    try (Connection connection = connect(mariaDb);
        ResultSet rows = connection.createStatement().executeQuery(query)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private static Connection connect(EmbeddedMariaDb mariaDb) throws SQLException {
    return DriverManager.getConnection(mariaDb.jdbcUrl(), mariaDb.user(), mariaDb.password());
  }

  /** A zombie that nobody buries has no command any more. */
  private static boolean isRunning(long pid) {
    return ProcessHandle.of(pid).flatMap(process -> process.info().command()).isPresent();
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
