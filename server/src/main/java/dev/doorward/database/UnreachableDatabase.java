package dev.doorward.database;

import java.sql.SQLException;

/** There is no database to start with; for whoever starts the server, so it names the address. */
public final class UnreachableDatabase extends RuntimeException {

  UnreachableDatabase(SQLException cause) {
    super("database.url: " + cause.getMessage() + " (expected: a database that answers)", cause);
  }
}
