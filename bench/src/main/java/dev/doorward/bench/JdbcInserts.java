package dev.doorward.bench;

import dev.doorward.database.Ids;
import dev.doorward.session.SessionToken;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** Inserts the rows that an RPC leaves behind, and nothing else, in one durable transaction of plain JDBC. */
final class JdbcInserts implements Work {

  private static final long WEEK_SECONDS = 7 * 24 * 3600;

  private final Connection connection;
  private final List<Row> rows;

  /** A statement, and where its values come from. */
  private record Row(Statements.Prepared insert, Supplier<Map<String, Object>> values) {}

  private JdbcInserts(Connection connection, List<Row> rows) {
    this.connection = connection;
    this.rows = rows;
  }

  /** Those of CreateSession. */
  static Work ofSessions(Connections connections, long users) throws SQLException {
    Connection connection = connections.open(false);
    return new JdbcInserts(
        connection,
        List.of(
            new Row(
                Statements.prepare(connection, Statements.SESSION),
                () -> session(Population.userId(ThreadLocalRandom.current().nextLong(users) + 1))),
            new Row(
                Statements.prepare(connection, Statements.EVENT),
                () -> event("SESSION_CREATED", Ids.generate()))));
  }

  /** Those of SignUp, the password's hash taken as given. */
  static Work ofSignUps(Connections connections) throws SQLException {
    Connection connection = connections.open(false);
    String[] user = new String[1];
    Statements.Prepared event = Statements.prepare(connection, Statements.EVENT);
    return new JdbcInserts(
        connection,
        List.of(
            new Row(
                Statements.prepare(connection, Statements.USER),
                () -> user(user[0] = Ids.generate())),
            new Row(event, () -> event("USER_CREATED", user[0])),
            new Row(Statements.prepare(connection, Statements.PASSWORD), () -> password(user[0])),
            new Row(event, () -> event("PASSWORD_SET", user[0])),
            new Row(Statements.prepare(connection, Statements.SESSION), () -> session(user[0])),
            new Row(event, () -> event("SESSION_CREATED", user[0]))));
  }

  @Override
  public void once() throws SQLException {
    for (Row row : rows) {
      row.insert().with(row.values().get()).execute();
    }
    connection.commit();
  }

  private static Map<String, Object> session(String userId) {
    Map<String, Object> values = new HashMap<>();
    values.put("id", Ids.generate());
    values.put("userId", userId);
    values.put("storedToken", SessionToken.generate().hash());
    values.put("lifetimeSeconds", WEEK_SECONDS);
    values.put("remember", true);
    return values;
  }

  private static Map<String, Object> user(String id) {
    Map<String, Object> values = new HashMap<>();
    values.put("id", id);
    values.put("email.value", id + "@example.com");
    values.put("emailVerified", false);
    return values;
  }

  private static Map<String, Object> password(String userId) {
    return Map.of(
        "id",
        Ids.generate(),
        "provider.name",
        "emailAndPassword",
        "userId",
        userId,
        "hash",
        "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g");
  }

  private static Map<String, Object> event(String type, String userId) {
    return Map.of(
        "origin.caller",
        "local",
        "event.type",
        type,
        "event.userId",
        userId,
        "event.sessionId",
        userId);
  }
}
