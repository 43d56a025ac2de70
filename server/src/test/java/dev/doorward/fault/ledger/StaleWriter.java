package dev.doorward.fault.ledger;

import dev.doorward.testing.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A control: prolongs sessions and touches users as many a mapper does. It reads a row, and writes it back a moment later. */
final class StaleWriter implements AutoCloseable {

  private static final Duration MOMENT = Duration.ofMillis(5);
  private static final String NEWEST = """
      SELECT s.* FROM session s JOIN user u ON u.id = s.userId WHERE u.email LIKE ? ORDER BY s.createdAt DESC LIMIT 8
      """;

  private final Rows rows;
  private final String emails;
  private final Thread thread = new Thread(this::write, "stale-writer");
  private volatile boolean over;

  StaleWriter(Rows rows, Ledger ledger) {
    this.rows = rows;
    this.emails = ledger.prefix() + "%";
    thread.start();
  }

  @Override
  public void close() {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    try (Connection connection = rows.connect()) {
      while (!over) {
        List<List<Object>> sessions = read(connection, NEWEST, emails);
        Load.pass(MOMENT);
        for (List<Object> session : sessions) {
          String marks = String.join(", ", Collections.nCopies(session.size(), "?"));
          tryTo(connection, "REPLACE INTO session VALUES (" + marks + ")", session.toArray());
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What it fails at, it has not done. */
  private static void tryTo(Connection connection, String sql, Object... parameters) {
    try (PreparedStatement statement = prepare(connection, sql, parameters)) {
      statement.executeUpdate();
    } catch (SQLException e) {
      // Their user is deleted, or another transaction was first.
    }
  }

  private static List<List<Object>> read(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      List<List<Object>> all = new ArrayList<>();
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        List<Object> row = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
          row.add(rows.getString(column));
        }
        all.add(row);
      }
      return all;
    }
  }

  private static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }
}
