package dev.doorward.bench;

import de.mkammerer.argon2.Argon2Factory;
import de.mkammerer.argon2.Argon2Factory.Argon2Types;
import dev.doorward.caller.CallerKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Empties the tables and fills them with the {@link Population}, by a few large statements with the checks off, which
 * MariaDB takes for a bulk load as long as a table is empty. All that was not checked holds all the same.
 */
public final class Fill {

  private static final String USER_AGENT =
      "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

  private Fill() {}

  /**
   * @param arguments the connection's file, how many users, how many sessions, how many of the users have a password, and how many
   *     sessions more that have ended long ago
   */
  public static void main(String[] arguments) throws Exception {
    Connections connections = new Connections(Path.of(arguments[0]));
    long users = Long.parseLong(arguments[1]);
    long sessions = Long.parseLong(arguments[2]);
    long passwords = Long.parseLong(arguments[3]);
    long ended = Long.parseLong(arguments[4]);
    try (Connection connection = connections.open(true);
        Statement sql = connection.createStatement()) {
      connection.setNetworkTimeout(Runnable::run, 0); // A statement here takes minutes.
      sql.execute("SET unique_checks = 0, foreign_key_checks = 0");
      for (String table : new String[] {"session", "account", "user"}) {
        sql.execute("TRUNCATE TABLE " + table);
      }
      sql.execute("""
          INSERT INTO user (id, email, name, createdAt, updatedAt)
          SELECT LEFT(SHA2(CONCAT('user ', seq), 256), 21), CONCAT('user-', seq, '@example.com'), CONCAT('User ', seq),
                 UTC_TIMESTAMP(6) - INTERVAL %1$d - seq SECOND, UTC_TIMESTAMP(6)
          FROM seq_1_to_%1$d
          """.formatted(users));
      sql.execute("""
          INSERT INTO session (id, userId, sessionToken, expires, ipAddress, userAgent)
          SELECT LEFT(SHA2(CONCAT('session ', seq), 256), 21), LEFT(SHA2(CONCAT('user ', 1 + seq %% %d), 256), 21),
                 SHA2(CONCAT('bench_', LPAD(seq, 47, '0')), 256), UTC_TIMESTAMP(6) + INTERVAL IF(seq > %d, -8, 7) DAY,
                 '203.0.113.7', '%s'
          FROM seq_1_to_%d
          """.formatted(users, sessions, USER_AGENT, sessions + ended));
      if (passwords > 0) {
        sql.execute("""
            INSERT INTO account (id, userId, type, provider, providerAccountId, password)
            SELECT LEFT(SHA2(CONCAT('account ', seq), 256), 21), LEFT(SHA2(CONCAT('user ', seq), 256), 21),
                   'email', 'emailAndPassword', LEFT(SHA2(CONCAT('user ', seq), 256), 21), '%s'
            FROM seq_1_to_%d
            """.formatted(hash(), passwords));
      }
      introduceCaller(connection);
      sql.execute("ANALYZE TABLE user, session, account");
    }
  }

  /** Who makes the bench's calls, and may make every one. */
  private static void introduceCaller(Connection connection) throws SQLException {
    CallerKey key = CallerKey.read(System.getenv("BENCH_KEY")).orElseThrow();
    try (Statement sql = connection.createStatement()) {
      sql.execute("""
          INSERT IGNORE INTO caller (id, name, roles)
          VALUES ('bench', 'bench', 'VALIDATOR,AUTHENTICATOR,DIRECTORY,ADMIN,OPERATOR')
          """);
      sql.execute("""
          INSERT IGNORE INTO caller_key (id, callerId, hash, expires)
          VALUES ('%s', 'bench', SHA2('%s', 256), UTC_TIMESTAMP(6) + INTERVAL 90 DAY)
          """.formatted(key.id(), key.reveal()));
    }
  }

  /** One for all: what it costs to check depends on its parameters alone, which are the server's defaults. */
  private static String hash() {
    byte[] password = Population.PASSWORD.getBytes(StandardCharsets.UTF_8);
    return Argon2Factory.create(Argon2Types.ARGON2id).hash(2, 19456, 1, password);
  }
}
