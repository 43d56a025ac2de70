package dev.doorward.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.doorward.Config;
import dev.doorward.Doorward;
import dev.doorward.caller.CallerKey;
import dev.doorward.config.Settings;
import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.testing.Rows;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A database on which promises would not hold is refused, with the line that mends it. */
class StartUpChecksTest {

  private static EmbeddedMariaDb mariaDb;
  private static Rows rows;

  @BeforeAll
  static void start() {
    mariaDb = TestMariaDb.fresh();
    rows = new Rows(mariaDb);
    TestServer.start(mariaDb).close();
  }

  @AfterAll
  static void stop() {
    mariaDb.close();
  }

  @Test
  void aSafeDatabaseIsTaken() {
    assertThatCode(() -> check(Clock.systemUTC())).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"0", "2"})
  void oneThatDoesNotFlushAtTheCommitIsRefused(String value) {
    rows.change("SET GLOBAL innodb_flush_log_at_trx_commit = " + value);
    try {
      assertThatThrownBy(() -> Doorward.start(config()))
          .isInstanceOf(UnsafeDatabase.class)
          .hasMessageContaining("innodb_flush_log_at_trx_commit is " + value)
          .hasMessageContaining("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
    } finally {
      rows.change("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
    }
  }

  @Test
  void oneWhoseBinaryLogIsNotFlushedIsRefused() {
    try (EmbeddedMariaDb logging = TestMariaDb.fresh("--log-bin", "--sync-binlog=0")) {
      DatabaseConfig config =
          Config.read(new Settings(TestServer.settings(logging))).database();

      assertThatThrownBy(() -> new StartUpChecks(config, false, Clock.systemUTC()).run())
          .isInstanceOf(UnsafeDatabase.class)
          .hasMessageContaining("SET GLOBAL sync_binlog = 1");

      new Rows(logging).change("SET GLOBAL sync_binlog = 1");
      assertThatCode(() -> new StartUpChecks(config, false, Clock.systemUTC()).run())
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 6})
  void aClusterWhoseNodesDoNotWaitForEachOtherIsRefused(int wait) {
    try (EmbeddedMariaDb node = TestMariaDb.fresh("--wsrep-on=ON", "--wsrep-sync-wait=" + wait)) {
      DatabaseConfig config =
          Config.read(new Settings(TestServer.settings(node))).database();

      assertThatThrownBy(() -> new StartUpChecks(config, false, Clock.systemUTC()).run())
          .isInstanceOf(UnsafeDatabase.class)
          .hasMessageContaining("SET GLOBAL wsrep_sync_wait = 7");

      new Rows(node).change("SET GLOBAL wsrep_sync_wait = 7");
      assertThatCode(() -> new StartUpChecks(config, false, Clock.systemUTC()).run())
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "session, sessionToken, ascii_nopad_bin, ascii_general_ci, VARCHAR(255)",
    "account, provider, ascii_nopad_bin, ascii_bin, VARCHAR(255)",
    "user, email, utf8mb4_nopad_bin, utf8mb4_uca1400_ai_ci, VARCHAR(254)",
  })
  void aColumnThatTakesDifferentValuesForTheSameIsRefused(
      String table, String column, String exact, String lax, String type) {
    String modify = "ALTER TABLE `" + table + "` MODIFY `" + column + "` " + type + " COLLATE ";
    rows.change(modify + lax + " NOT NULL");
    try {
      assertThatThrownBy(() -> Doorward.start(config()))
          .isInstanceOf(UnsafeDatabase.class)
          .hasMessageContaining(table + "." + column + " has the collation " + lax)
          .hasMessageContaining("ALTER TABLE `" + table + "` MODIFY `" + column + "`")
          .hasMessageContaining("COLLATE " + exact);
    } finally {
      rows.change(modify + exact + " NOT NULL");
    }
  }

  @Test
  void oneThatTheDevCommandHasMadeIsRefusedInProductionAndLeftAsItIs() throws Exception {
    try (EmbeddedMariaDb made = TestMariaDb.fresh().forDevelopment()) {
      Config config = Config.read(new Settings(TestServer.settings(made)));
      Rows inside = new Rows(made);

      Throwable refusal = catchThrowable(() -> Doorward.start(config));
      assertThat(refusal)
          .isInstanceOf(UnsafeDatabase.class)
          .hasMessageStartingWith("database.url: the dev command has made the database doorward");
      assertThat(inside.texts("SHOW TABLES")).isEmpty();

      Doorward.startForDevelopment(config, CallerKey.generateForDevelopment()).close();
      assertThat(inside.texts("SHOW TABLES")).isNotEmpty();
      assertThatThrownBy(() -> Doorward.start(config)).isInstanceOf(UnsafeDatabase.class);

      String message = refusal.getMessage();
      inside.change(message.substring(message.indexOf("ALTER DATABASE")));
      assertThatCode(() -> Doorward.start(config).close()).doesNotThrowAnyException();
    }
  }

  @Test
  void clocksThatAreFarApartAreRefused() {
    for (Duration offset : List.of(Duration.ofSeconds(35), Duration.ofSeconds(-35))) {
      assertThatThrownBy(() -> check(Clock.offset(Clock.systemUTC(), offset)))
          .isInstanceOf(UnsafeDatabase.class)
          .hasMessageContaining("at most 30 s apart");
    }
    assertThatCode(() -> check(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(20))))
        .doesNotThrowAnyException();
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    rows.change("SET GLOBAL innodb_flush_log_at_trx_commit = 2");
    try {
      assertThatThrownBy(() -> check(Clock.offset(Clock.systemUTC(), Duration.ofHours(1))))
          .hasMessageContaining("innodb_flush_log_at_trx_commit")
          .hasMessageContaining("apart");
    } finally {
      rows.change("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
    }
  }

  @Test
  void aUserThatMayChangeTheSchemaIsWarnedOf() {
    Logger logger = (Logger) LoggerFactory.getLogger(StartUpChecks.class);
    ListAppender<ILoggingEvent> heard = new ListAppender<>();
    heard.start();
    logger.addAppender(heard);
    try {
      check(Clock.systemUTC());
    } finally {
      logger.detachAppender(heard);
    }
    assertThat(heard.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.contains("database.user: doorward may change the schema"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GRANT SELECT, INSERT, UPDATE, DELETE ON `doorward`.* TO `app`@`%` | false",
        "GRANT USAGE ON *.* TO `app`@`%` IDENTIFIED BY PASSWORD '*5' | false",
        "GRANT SELECT, CREATE TEMPORARY TABLES ON `doorward`.* TO `app`@`%` | false",
        "GRANT SELECT, ALTER ROUTINE ON `doorward`.* TO `app`@`%` | false",
        "GRANT ALL PRIVILEGES ON `doorward`.* TO `app`@`%` | true",
        "GRANT SELECT, CREATE, DELETE ON `doorward`.* TO `app`@`%` | true",
        "GRANT SELECT, ALTER ON `doorward`.* TO `app`@`%` | true",
        "GRANT DROP ON `doorward`.`user` TO `app`@`%` | true",
      })
  void grantsAreRead(String grant, boolean changesSchema) {
    assertThat(StartUpChecks.mayChangeSchema(grant)).isEqualTo(changesSchema);
  }

  private static void check(Clock clock) {
    new StartUpChecks(config().database(), false, clock).run();
  }

  private static Config config() {
    return Config.read(new Settings(TestServer.settings(mariaDb)));
  }
}
