package dev.doorward.testing;

import dev.doorward.development.EmbeddedMariaDb;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What is really in the database, past the server. */
public final class Rows {

  private final String url;

  public Rows(EmbeddedMariaDb mariaDb) {
    this(TestDatabase.of(mariaDb));
  }

  public Rows(TestDatabase database) {
    this(database.jdbcUrl() + "&user=" + database.user() + "&password=" + database.password());
  }

  /** @param url with options, the user and the password among them */
  public Rows(String url) {
    this.url = url;
  }

  /** The first column of each row, as text. */
  public List<String> texts(String sql, Object... parameters) {
    try (Connection connection = connect();
        PreparedStatement statement = prepare(connection, sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  public String text(String sql, Object... parameters) {
    List<String> texts = texts(sql, parameters);
    if (texts.size() != 1) {
      throw new AssertionError(sql + ": " + texts.size() + " rows (expected: 1)");
    }
    return texts.get(0);
  }

  public long count(String sql, Object... parameters) {
    return Long.parseLong(text("SELECT COUNT(*) FROM " + sql, parameters));
  }

  /** How many transactions are open. InnoDB goes on to show what it knew until nobody has asked for a tenth of a second. */
  public long transactions() {
    LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
    return count("information_schema.innodb_trx");
  }

  public int change(String sql, Object... parameters) {
    try (Connection connection = connect();
        PreparedStatement statement = prepare(connection, sql, parameters)) {
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** What is said on it is in no log of MariaDB's: a test may ask for a secret, the server may not. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url + "&sessionVariables=sql_log_off=1,slow_query_log=0");
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
