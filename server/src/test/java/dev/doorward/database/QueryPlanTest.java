package dev.doorward.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.testing.Rows;
import dev.doorward.testing.RpcTour;
import dev.doorward.testing.StatementLog;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How MariaDB runs what it is asked, on tables of 100,000 rows: by an index, and without sorting. */
class QueryPlanTest {

  @Test
  void everyStatementUsesAnIndexAndNoneSorts() throws SQLException {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(mariaDb)) {
      fill(server.rows());
      Set<String> statements = tour(server);

      assertThat(statements).as("statements seen").hasSizeGreaterThan(40);
      assertThat(statements).as("of the feed").anyMatch(StatementLog::isOfFeed);
      assertThat(statements).as("of the sweep").anyMatch(StatementLog::isOfSweep);
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

  private static Set<String> tour(TestServer server) {
    Set<String> statements = new LinkedHashSet<>();
    try (StatementLog log = StatementLog.start(server.rows())) {
      new RpcTour(server)
          .stops()
          .values()
          .forEach(prepare -> statements.addAll(log.ofAll(prepare.get())));
    }
    // What MariaDB prepares anew, for ANALYZE touched the table, it logs without the values.
    statements.removeIf(statement -> statement.contains(" ? ")
        || !statement.matches("(?is)\\s*(SELECT|UPDATE|DELETE|INSERT INTO revocation ).*"));
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
            if ("ALL".equals(access) || extra.contains("filesort") || extra.contains("temporary")) {
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
        INSERT INTO idempotency (caller, requestId, fingerprint, resourceId)
        SELECT 'local', UUID(), UNHEX(SHA2(seq, 256)), CONCAT('u', seq) FROM seq_1_to_100000
        """);
    rows.change("""
        INSERT INTO account_attempts (subject, failures, streak, lastAttempt, attemptedAt, blockedUntil)
        SELECT CONCAT('user:u', seq), 1, 1, '', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM seq_1_to_100000
        """);
    rows.change("""
        INSERT INTO network_attempts (network, lastAttempt, recoveredAt)
        SELECT INET_NTOA(seq), '', UTC_TIMESTAMP(6) FROM seq_1_to_100000
        """);
    for (String table : List.of(
        "user", "session", "account", "idempotency", "account_attempts", "network_attempts")) {
      rows.texts("ANALYZE TABLE " + table);
    }
  }
}
