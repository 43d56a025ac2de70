package dev.doorward.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.testing.Await;
import dev.doorward.testing.CommandRun;
import dev.doorward.testing.Rows;
import dev.doorward.testing.StatementLog;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.testing.tour.RpcTour;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How MariaDB runs what it is asked, on tables of 100,000 rows: by an index, and without sorting. */
class QueryPlanTest {

  private static final String BY_THE_TEST = "/* by the test */ ";

  @Test
  void everyStatementUsesAnIndexAndNoneSorts() throws SQLException {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = startOnFullTables(mariaDb)) {
      Set<String> statements = tour(server);

      assertThat(statements).as("statements seen").hasSizeGreaterThan(40);
      assertThat(statements).as("of the feed").anyMatch(StatementLog::isOfFeed);
      assertThat(statements).as("of the order").anyMatch(sql -> sql.contains(" AS placed "));
      assertThat(statements).as("of the callers").anyMatch(StatementLog::isOfCaller);
      assertThat(statements).as("of the sweep").anyMatch(StatementLog::isOfSweep);
      assertThat(statements)
          .anyMatch(sql -> sql.startsWith("DELETE FROM session WHERE id IN"))
          .anyMatch(sql -> sql.startsWith("DELETE FROM event WHERE id IN"));
      assertThat(complaints(server.rows(), statements)).isEmpty();
    }
  }

  @Test
  void theEncryptionOfStoredTokensGoesFromIdToId(@TempDir Path directory) throws SQLException {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = startOnFullTables(mariaDb)) {
      server.rows().change("UPDATE account SET accessToken = 'gho_plain' WHERE id = 'a7'");
      String config =
          CommandRun.config(directory.resolve("doorward.properties"), TestServer.settings(mariaDb));
      Set<String> statements = new LinkedHashSet<>();
      try (StatementLog log = StatementLog.start(server.rows())) {
        statements.addAll(log.ofAll(() -> assertThat(
                CommandRun.of("account", "encrypt-tokens", "--config", config).out())
            .isEqualTo("accounts encrypted: 1\n")));
      }
      withPlans(statements).removeIf(statement -> !statement.contains("accessToken"));

      assertThat(statements).anyMatch(sql -> sql.startsWith("UPDATE account"));
      assertThat(complaints(server.rows(), statements)).isEmpty();
    }
  }

  @Test
  void aQueryWithoutAnIndexIsNoticed() throws SQLException {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(mariaDb)) {
      fill(server.rows());

      assertThat(complaints(server.rows(), Set.of("SELECT id FROM user WHERE name = 'n1'")))
          .hasSize(1);
      assertThat(complaints(
              server.rows(), Set.of("SELECT id FROM user WHERE id > 'u5' ORDER BY name")))
          .hasSize(1);
    }
  }

  /** One that prepares its statements once the tables were analysed: others are logged without values. */
  private static TestServer startOnFullTables(EmbeddedMariaDb mariaDb) {
    try (TestServer first = TestServer.start(mariaDb)) {
      fill(first.rows());
    }
    return TestServer.start(
        mariaDb, "attempt.sweep-interval", "20ms", "retention.sweep-interval", "20ms");
  }

  private static Set<String> tour(TestServer server) {
    Set<String> statements = new LinkedHashSet<>();
    try (StatementLog log = StatementLog.start(server.rows())) {
      new RpcTour(server)
          .stops()
          .values()
          .forEach(prepare -> statements.addAll(log.ofAll(prepare.get())));
      statements.addAll(log.ofAll(() -> awaitSweep(server.rows())));
      Await.until(Duration.ofSeconds(30), "old attempts are swept", () -> {
        statements.addAll(log.ofAll(() -> {}));
        return statements.stream().anyMatch(StatementLog::isOfSweep);
      });
    }
    statements.removeIf(statement -> statement.startsWith(BY_THE_TEST.strip()));
    return withPlans(statements);
  }

  private static void awaitSweep(Rows rows) {
    rows.change(
        BY_THE_TEST
            + "UPDATE session SET expires = UTC_TIMESTAMP(6) - INTERVAL 2 DAY WHERE id IN ('s7', 's8')");
    rows.change(BY_THE_TEST
        + "UPDATE event SET createdAt = UTC_TIMESTAMP(6) - INTERVAL 2 YEAR WHERE seq <= 2");
    Await.until(
        Duration.ofSeconds(30),
        "sessions and events are swept",
        () -> rows.texts(BY_THE_TEST
                + "SELECT id FROM session WHERE id = 's7' UNION SELECT id FROM event WHERE seq = 1")
            .isEmpty());
  }

  private static Set<String> withPlans(Set<String> statements) {
    statements.removeIf(statement ->
        !statement.matches("(?is)\\s*(SELECT|UPDATE|DELETE|INSERT INTO revocation ).*"));
    // Of what MariaDB prepares anew, for its tables were analysed, the log has a line without
    // values too.
    statements.removeIf(statement -> statement.contains(" ?"));
    return statements;
  }

  private static List<String> complaints(Rows rows, Set<String> statements) throws SQLException {
    List<String> complaints = new ArrayList<>();
    try (Connection connection = rows.connect();
        Statement explain = connection.createStatement()) {
      for (String statement : statements) {
        try (ResultSet plan = explain.executeQuery("EXPLAIN " + statement)) {
          while (plan.next()) {
            String access = plan.getString("type");
            String extra = String.valueOf(plan.getString("Extra"));
            boolean readsAll = "ALL".equals(access) && !extra.contains("Table function");
            if (readsAll || extra.contains("filesort") || extra.contains("temporary")) {
              complaints.add(access + ", " + extra + ": " + statement);
            }
          }
        }
      }
    }
    return complaints;
  }

  private static void fill(Rows rows) {
    rows.change("""
        INSERT INTO user (id, email, name, createdAt, disabledAt)
        SELECT CONCAT('u', seq), CONCAT('u', seq, '@example.com'), CONCAT('n', seq),
               UTC_TIMESTAMP(6) - INTERVAL seq SECOND, IF(seq % 100 = 0, UTC_TIMESTAMP(6), NULL)
        FROM seq_1_to_100000
        """);
    rows.change("""
        INSERT INTO session (id, userId, expires, sessionToken, createdAt)
        SELECT CONCAT('s', seq), CONCAT('u', seq), UTC_TIMESTAMP(6) + INTERVAL 6 DAY, SHA2(seq, 256),
               UTC_TIMESTAMP(6) - INTERVAL seq SECOND
        FROM seq_1_to_100000
        """);
    rows.change("""
        INSERT INTO account (id, userId, provider, providerAccountId, createdAt)
        SELECT CONCAT('a', seq), CONCAT('u', seq), 'github', seq, UTC_TIMESTAMP(6) - INTERVAL seq SECOND
        FROM seq_1_to_100000
        """);
    rows.change("""
        INSERT INTO verification (id, identifier, value, purpose, expiresAt, userId, userEmail)
        SELECT CONCAT('v', seq), CONCAT('u', seq, '@example.com'), SHA2(seq, 256), 'sign-in',
               UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, CONCAT('u', seq), CONCAT('u', seq, '@example.com')
        FROM seq_1_to_100000
        """);
    rows.change("""
        INSERT INTO delivery (subject, lastRequest, recoveredAt)
        SELECT LEFT(SHA2(seq, 256), 43), '', UTC_TIMESTAMP(6) + INTERVAL IF(seq % 1000 = 0, 0, 1) HOUR
        FROM seq_1_to_100000
        """);
    rows.change("""
        INSERT INTO idempotency (caller, requestId, fingerprint, resourceId)
        SELECT 'local', UUID(), UNHEX(SHA2(seq, 256)), CONCAT('u', seq) FROM seq_1_to_100000
        """);
    rows.change("""
        INSERT INTO event (seq, createdAt, caller, type, userId)
        SELECT seq, UTC_TIMESTAMP(6) - INTERVAL 100001 - seq SECOND, 'local', 'USER_CREATED', CONCAT('u', seq)
        FROM seq_1_to_100000
        """);
    rows.change("UPDATE event_head SET seq = seq + 100000");
    rows.change("""
        INSERT INTO caller (id, name, roles)
        SELECT CONCAT('c', seq), CONCAT('n', seq), 'VALIDATOR' FROM seq_1_to_100000
        """);
    rows.change("""
        INSERT INTO caller_key (id, callerId, hash, createdAt, expires)
        SELECT CONCAT('k', seq), CONCAT('c', seq), SHA2(seq, 256), UTC_TIMESTAMP(6) - INTERVAL seq SECOND,
               UTC_TIMESTAMP(6) + INTERVAL 6 DAY
        FROM seq_1_to_100000
        """);
    rows.change("""
        INSERT INTO account_attempts (subject, failures, streak, lastAttempt, attemptedAt, blockedUntil)
        SELECT CONCAT('user:u', seq), 1, 1, '', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM seq_1_to_100000
        """);
    rows.change("""
        INSERT INTO network_attempts (network, lastAttempt, recoveredAt)
        SELECT INET_NTOA(seq), '', UTC_TIMESTAMP(6) + INTERVAL IF(seq % 1000 = 0, 0, 1) DAY FROM seq_1_to_100000
        """);
    for (String table : List.of(
        "user",
        "session",
        "account",
        "verification",
        "delivery",
        "idempotency",
        "event",
        "caller",
        "caller_key",
        "account_attempts",
        "network_attempts")) {
      rows.texts("ANALYZE TABLE " + table);
    }
  }
}
