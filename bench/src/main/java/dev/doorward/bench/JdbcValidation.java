package dev.doorward.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Reads a session and its user by its token, with nothing in between but JDBC. */
final class JdbcValidation implements Work {

  /** That of the server's defaults: seven days but one. */
  static final long DUE_SECONDS = 6 * 24 * 3600;

  private final Statements.Prepared select;
  private final long sessions;

  JdbcValidation(Connections connections, long sessions) throws SQLException {
    Connection connection = connections.open(true);
    this.select = Statements.prepare(connection, Statements.VALIDATION);
    this.sessions = sessions;
  }

  @Override
  public void once() throws SQLException {
    long n = ThreadLocalRandom.current().nextLong(sessions) + 1;
    Map<String, Object> values =
        Map.of("storedToken", Population.storedToken(n), "dueSeconds", DUE_SECONDS);
    try (ResultSet row = select.with(values).executeQuery()) {
      if (!row.next() || !row.getString("id").equals(Population.sessionId(n))) {
        throw new IllegalStateException("session " + n + " is not there");
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
