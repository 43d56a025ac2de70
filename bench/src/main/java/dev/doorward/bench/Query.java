package dev.doorward.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;

/** Asks the database for one row, and prints its values. */
public final class Query {

  private Query() {}

  /** @param arguments the connection's file, and the query */
  public static void main(String[] arguments) throws Exception {
    try (Connection connection = new Connections(Path.of(arguments[0])).open(true);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(arguments[1])) {
      row.next();
      for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
        System.out.println(row.getString(column));
      }
    }
  }
}
