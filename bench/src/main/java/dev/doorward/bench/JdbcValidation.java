package dev.doorward.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;

/** Reads a session and its user by its token, with nothing in between but JDBC. */
final class JdbcValidation implements Work {

  /** That of the server's defaults: seven days but one. */
  static final long DUE_SECONDS = 6 * 24 * 3600;

  /** A thread's own, chosen before it is measured. */
  static final int TOKENS = 10_000;

  private final Statements.Prepared select;
  private final String[] storedTokens;
  private int next;

  JdbcValidation(Connections connections, long sessions) throws SQLException {
    Connection connection = connections.open(true);
    this.select = Statements.prepare(connection, Statements.VALIDATION);
    this.storedTokens = Population.storedTokens(TOKENS, sessions);
  }

  @Override
  public void once() throws SQLException {
    String storedToken = storedTokens[next++ % TOKENS];
    Map<String, Object> values = Map.of("storedToken", storedToken, "dueSeconds", DUE_SECONDS);
    try (ResultSet row = select.with(values).executeQuery()) {
      if (!row.next() || row.getString("id") == null) {
        throw new IllegalStateException("a session is not there");
      }
      for (String text : new String[] {
        "storedToken", "userId", "ipAddress", "userAgent", "email", "name", "image", "metadata"
      }) {
        row.getString(text);
      }
      for (String time : new String[] {
        "expires",
        "createdAt",
        "updatedAt",
        "authenticatedAt",
        "userCreatedAt",
        "userUpdatedAt",
        "emailVerifiedAt"
      }) {
        row.getObject(time, Instant.class);
      }
      for (String number :
          new String[] {"remember", "emailVerified", "lane", "asOf", "expiresInMicros", "due"}) {
        row.getLong(number);
      }
    }
  }
}
