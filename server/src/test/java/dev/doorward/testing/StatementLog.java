package dev.doorward.testing;

import java.time.Duration;
import java.util.List;

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
    rows.change("SET GLOBAL log_output = 'TABLE'");
    rows.change("SET GLOBAL general_log = ON");
    return new StatementLog(rows);
  }

  /**
   * All statements that the call ran, commits included, in their order and with their values; without those of the feed and
   * of the sweep, which run by themselves.
   */
  public List<String> of(Runnable call) {
    return ofAll(call).stream()
        .filter(statement -> !isOfFeed(statement) && !isOfSweep(statement))
        .toList();
  }

  public static boolean isOfSweep(String statement) {
    return statement.contains(" AS forgotten ");
  }

  public static boolean isOfFeed(String statement) {
    return statement.contains("revocation_feed")
        || statement.contains("SELECT lane, seq, kind, sessionId, userId FROM revocation");
  }

  /** All statements that were run in the meantime. */
  public List<String> ofAll(Runnable call) {
    rows.change("TRUNCATE mysql.general_log");
    call.run();
    return rows.texts("""
        SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log
        WHERE command_type IN ('Execute', 'Query')
          AND argument NOT LIKE '%mysql.general_log%'
          AND argument NOT LIKE 'set %'
        ORDER BY event_time
        """);
  }

  @Override
  public void close() {
    rows.change("SET GLOBAL general_log = OFF");
  }
}
