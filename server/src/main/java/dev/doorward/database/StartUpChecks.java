package dev.doorward.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks, before the first call, whether this database can keep what the server promises. */
public final class StartUpChecks {

  private static final Logger log = LoggerFactory.getLogger(StartUpChecks.class);

  private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofSeconds(30);

  /** A commit is on disk before it is acknowledged: 1, and the older way to the same end, 3. */
  private static final List<String> FLUSHES = List.of("1", "3");

  /**
   * A node of Galera waits for what others have committed before it reads (1), updates or deletes (2), and inserts (4). A
   * transaction here may begin with any of them: a DELETE that finds no session says that there is none.
   */
  private static final int SYNC_WAIT = 1 | 2 | 4;

  private static final Pattern CHANGES_SCHEMA = Pattern.compile(
      "^GRANT .*\\b(ALL PRIVILEGES|ALTER(?! ROUTINE)|CREATE(?! \\w)|DROP)\\b.* ON ");

  /** The comment by which a schema says that the {@code dev} command made it; it has no effect on anything else. */
  public static final String MADE_FOR_DEVELOPMENT = "made by the dev command of Doorward";

  private final DatabaseConfig config;
  private final boolean development;
  private final Clock clock;
  private final List<String> problems = new ArrayList<>();

  /** @param development whether the server was started for development, and so may use what was made for that */
  public StartUpChecks(DatabaseConfig config, boolean development, Clock clock) {
    this.config = config;
    this.development = development;
    this.clock = clock;
  }

  /** Throws an {@link UnsafeDatabase} that names all that is wrong, and warns of what is only unwise. */
  public void run() {
    try (Connection connection =
            DriverManager.getConnection(config.url(), Pools.driverProperties(config));
        Statement statement = connection.createStatement()) {
      origin(statement);
      Map<String, String> variables = variables(statement);
      durability(variables);
      cluster(variables);
      collations(statement);
      clocks(statement);
      privileges(statement);
    } catch (SQLException e) {
      throw new UnreachableDatabase(e);
    }
    if (!problems.isEmpty()) {
      throw new UnsafeDatabase(problems);
    }
  }

  private void origin(Statement statement) throws SQLException {
    try (ResultSet schema = statement.executeQuery(
        "SELECT schema_name, schema_comment FROM information_schema.schemata WHERE schema_name = DATABASE()")) {
      while (schema.next()) {
        expect(
            development || !schema.getString(2).equals(MADE_FOR_DEVELOPMENT),
            "database.url: the dev command has made the database %1$s (expected: one for production); to take it over"
                    .formatted(schema.getString(1))
                + " with all that is in it: ALTER DATABASE `%s` COMMENT = ''"
                    .formatted(schema.getString(1)));
      }
    }
  }

  private void durability(Map<String, String> variables) {
    String flush = variables.get("innodb_flush_log_at_trx_commit");
    expect(
        FLUSHES.contains(flush),
        "innodb_flush_log_at_trx_commit is " + flush
            + " (expected: 1, or a crash loses what was acknowledged): SET GLOBAL"
            + " innodb_flush_log_at_trx_commit = 1, and the same in MariaDB's configuration");
    expect(
        !variables.get("log_bin").equals("ON") || !variables.get("sync_binlog").equals("0"),
        "sync_binlog is 0 while log_bin is on (expected: 1, or a crash undoes what the binary log"
            + " has lost): SET GLOBAL sync_binlog = 1, and the same in MariaDB's configuration");
  }

  private void cluster(Map<String, String> variables) {
    boolean cluster = "ON".equals(variables.get("wsrep_on"));
    int wait = Integer.parseInt(variables.getOrDefault("wsrep_sync_wait", "0"));
    expect(
        !cluster || (wait & SYNC_WAIT) == SYNC_WAIT,
        "wsrep_sync_wait is " + wait
            + " while wsrep_on is on (expected: 7, or one node accepts what was revoked on another,"
            + " and finds nothing to revoke where there is something): SET GLOBAL wsrep_sync_wait = 7,"
            + " and the same in MariaDB's configuration");
  }

  /** Of what is looked up by its value. */
  private void collations(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery("""
        SELECT DISTINCT c.table_name, c.column_name, c.column_type, c.character_set_name, c.collation_name
        FROM information_schema.columns c
        JOIN information_schema.statistics s USING (table_schema, table_name, column_name)
        WHERE c.table_schema = DATABASE()
          AND c.table_name IN ('user', 'session', 'account', 'verification', 'revocation', 'event', 'idempotency')
          AND c.collation_name NOT LIKE '%\\_nopad\\_bin'
        ORDER BY c.table_name, c.column_name
        """)) {
      while (rows.next()) {
        String exact = rows.getString(4) + "_nopad_bin";
        problems.add(
            "%s.%s has the collation %s (expected: %s, or different values are taken for the same):"
                    .formatted(rows.getString(1), rows.getString(2), rows.getString(5), exact)
                + " ALTER TABLE `%s` MODIFY `%s` %s COLLATE %s, with the rest of its definition"
                    .formatted(rows.getString(1), rows.getString(2), rows.getString(3), exact));
      }
    }
  }

  private void clocks(Statement statement) throws SQLException {
    Instant before = clock.instant();
    Instant there;
    try (ResultSet row = statement.executeQuery(
        "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))")) {
      row.next();
      there = Instant.EPOCH.plus(row.getLong(1), ChronoUnit.MICROS);
    }
    Instant after = clock.instant();
    Duration difference = there.isBefore(before)
        ? Duration.between(there, before)
        : there.isAfter(after) ? Duration.between(after, there) : Duration.ZERO;
    expect(
        difference.compareTo(MAX_CLOCK_DIFFERENCE) <= 0,
        "the database's clock says " + there + ", this machine's " + after + " (expected: at most "
            + MAX_CLOCK_DIFFERENCE.toSeconds() + " s apart): synchronise both, by NTP");
  }

  private void privileges(Statement statement) throws SQLException {
    try (ResultSet grants = statement.executeQuery("SHOW GRANTS")) {
      while (grants.next()) {
        if (mayChangeSchema(grants.getString(1))) {
          log.warn(
              "database.user: {} may change the schema (better: SELECT, INSERT, UPDATE and DELETE alone,"
                  + " database.migrate=false, and `doorward migrate` run by another user)",
              config.user());
          return;
        }
      }
    }
  }

  static boolean mayChangeSchema(String grant) {
    return CHANGES_SCHEMA.matcher(grant.toUpperCase(Locale.ROOT)).find();
  }

  private void expect(boolean condition, String otherwise) {
    if (!condition) {
      problems.add(otherwise);
    }
  }

  /** As they are for this connection, which its URL may have changed. */
  private static Map<String, String> variables(Statement statement) throws SQLException {
    Map<String, String> variables = new HashMap<>();
    try (ResultSet rows = statement.executeQuery("""
        SHOW VARIABLES WHERE variable_name IN
          ('innodb_flush_log_at_trx_commit', 'log_bin', 'sync_binlog', 'wsrep_on', 'wsrep_sync_wait')
        """)) {
      while (rows.next()) {
        variables.put(rows.getString(1).toLowerCase(Locale.ROOT), rows.getString(2));
      }
    }
    return variables;
  }
}
