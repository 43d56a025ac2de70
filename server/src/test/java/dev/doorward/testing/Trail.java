package dev.doorward.testing;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What calls have left behind in the logs, and in the tables as a whole. */
public final class Trail {

  private final Rows rows;

  public Trail(TestServer server) {
    this.rows = server.rows();
  }

  /** The events of a user, the oldest first, as {@code type session account address caller}; - for what is missing. */
  public List<String> events(String userId) {
    return rows.texts("""
        SELECT CONCAT_WS(' ', type, IFNULL(sessionId, '-'), IFNULL(accountId, '-'), IFNULL(ipAddress, '-'), caller)
        FROM event WHERE userId = ? ORDER BY id
        """, userId);
  }

  /** The last of a user's events. */
  public String event(String userId) {
    List<String> events = events(userId);
    return events.isEmpty() ? "none" : events.get(events.size() - 1);
  }

  /** The revocations of a user, the oldest first, as {@code kind session}; - where no session is named. */
  public List<String> revocations(String userId) {
    return rows.texts(
        "SELECT CONCAT_WS(' ', kind, IFNULL(sessionId, '-')) FROM revocation WHERE userId = ? ORDER BY seq",
        userId);
  }

  /** How many rows each table has. */
  public Map<String, Long> census() {
    Map<String, Long> counts = new TreeMap<>();
    for (String table : tables()) {
      counts.put(table, rows.count(table));
    }
    return counts;
  }

  /** Where in the whole database a text stands, as {@code table.column}. */
  public List<String> placesOf(String text) {
    return tables().stream()
        .flatMap(table -> columns(table).stream()
            .filter(column -> rows.count(table + " WHERE INSTR(`" + column + "`, ?) > 0", text) > 0)
            .map(column -> table + "." + column))
        .toList();
  }

  private List<String> tables() {
    return rows.texts("""
        SELECT table_name FROM information_schema.tables
        WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name
        """);
  }

  private List<String> columns(String table) {
    return rows.texts("""
        SELECT column_name FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position
        """, table);
  }
}
