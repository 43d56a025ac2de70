package dev.doorward.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the database was really asked, by its own general log. */
public final class StatementLog implements AutoCloseable {

  /** What the settings' defaults come to. */
  private static final int POOLED = 8 + 16 + 2;

  private final Rows rows;

  private StatementLog(Rows rows) {
    this.rows = rows;
  }

  /** Starts to log, once the pools are full; for a MariaDB that nobody else uses. */
  public static StatementLog start(Rows rows) {
    String pools = "information_schema.processlist WHERE user = 'doorward' AND command = 'Sleep'";
    Await.until(Duration.ofSeconds(30), "the pools are full", () -> rows.count(pools) >= POOLED);
    rows.change("SET GLOBAL log_output = 'FILE,TABLE'");
    rows.change("SET GLOBAL general_log = ON");
    return new StatementLog(rows);
  }

  /**
   * All statements that the call ran, commits included, in their order and with their values; without those of the feed,
   * of the order of events and of the sweep, which run by themselves, and without the look for a caller who is not in memory.
   */
  public List<String> of(Runnable call) {
    List<String> statements = new ArrayList<>();
    Map<String, String> lastOfConnection = new HashMap<>();
    for (String line : lines(call)) {
      String connection = line.substring(0, line.indexOf(' '));
      String statement = line.substring(line.indexOf(' ') + 1);
      String last = lastOfConnection.put(connection, statement);
      boolean ends = statement.equalsIgnoreCase("COMMIT");
      // What ends without having begun has begun before the call.
      boolean ofCall = ends ? last != null && !runsByItself(last) : !runsByItself(statement);
      if (ofCall) {
        statements.add(statement);
      }
    }
    return statements;
  }

  public static boolean isOfSweep(String statement) {
    return statement.contains(" AS forgotten ")
        || statement.contains(" AS ended ")
        || statement.contains("DELETE FROM account_attempts WHERE (failures = 0 OR")
        || statement.contains("DELETE FROM network_attempts WHERE recoveredAt <")
        || statement.contains("DELETE FROM delivery WHERE recoveredAt <")
        || statement.contains("DELETE FROM verification WHERE id IN")
        || statement.contains("DELETE FROM idempotency WHERE")
        || statement.contains("DELETE FROM revocation WHERE")
        || statement.contains("FROM session WHERE expires <")
        || statement.contains("DELETE FROM session WHERE id IN")
        || statement.contains(" AS old FROM event ")
        || statement.contains("DELETE FROM event WHERE id IN");
  }

  public static boolean isOfFeed(String statement) {
    return statement.contains("revocation_feed")
        || statement.contains("SELECT lane, seq, kind, sessionId, userId FROM revocation");
  }

  /** Of what gives events their place. */
  public static boolean isOfOrder(String statement) {
    return statement.contains("event_head")
        || statement.contains("FORCE INDEX (event_seq)")
        || statement.contains("SELECT MAX(id) FROM event")
        || statement.contains(" AS placed ");
  }

  private static boolean runsByItself(String statement) {
    return isOfFeed(statement)
        || isOfOrder(statement)
        || isOfCaller(statement)
        || isOfSweep(statement);
  }

  public static boolean isOfCaller(String statement) {
    return statement.contains("FROM caller_key k") && statement.contains("k.hash = ");
  }

  /** All statements that were run in the meantime. */
  public List<String> ofAll(Runnable call) {
    return lines(call).stream()
        .map(line -> line.substring(line.indexOf(' ') + 1))
        .toList();
  }

  /** With the number of the connection in front. */
  private List<String> lines(Runnable call) {
    rows.change("TRUNCATE mysql.general_log");
    call.run();
    return rows.texts("""
        SELECT CONCAT(thread_id, ' ', CONVERT(argument USING utf8mb4)) FROM mysql.general_log
        WHERE command_type IN ('Execute', 'Query')
          AND argument NOT LIKE '%mysql.general_log%'
          AND argument NOT LIKE 'set %'
          AND argument <> 'DO 1'
        ORDER BY event_time
        """);
  }

  @Override
  public void close() {
    rows.change("SET GLOBAL log_output = 'FILE'");
  }
}
