package dev.doorward.database;

import dev.doorward.config.Secret;
import dev.doorward.config.Settings;
import java.time.Duration;

/** Where the data is, and how long to wait for it. */
public record DatabaseConfig(
    String url,
    String user,
    Secret password,
    boolean migrate,
    int readConnections,
    int writeConnections,
    Duration connectTimeout,
    Duration acquireTimeout,
    Duration socketTimeout,
    Duration lockWaitTimeout,
    Duration slowStatement) {

  /** The same for a command, which does one thing after the other. */
  public DatabaseConfig forOneThread() {
    return new DatabaseConfig(
        url,
        user,
        password,
        migrate,
        1,
        1,
        connectTimeout,
        acquireTimeout,
        socketTimeout,
        lockWaitTimeout,
        slowStatement);
  }

  public static DatabaseConfig read(Settings settings) {
    return new DatabaseConfig(
        settings.requiredText(
            "database.url", "where MariaDB is: jdbc:mariadb://host:3306/doorward", Pools::parseUrl),
        settings.text("database.user", "doorward", "the database user"),
        settings.secret("database.password", "the database user's password"),
        settings.flag(
            "database.migrate", true, "whether to bring the schema up to date at the start"),
        settings.integer("database.read-connections", 8, 1, 1000, "connections for single reads"),
        settings.integer("database.write-connections", 16, 1, 1000, "connections for transactions"),
        settings.duration(
            "database.connect-timeout",
            Duration.ofSeconds(2),
            Duration.ofMillis(250),
            Duration.ofMinutes(1),
            "how long to wait for a new connection"),
        settings.duration(
            "database.acquire-timeout",
            Duration.ofSeconds(2),
            Duration.ofMillis(250),
            Duration.ofMinutes(1),
            "how long a call waits for a pooled connection"),
        settings.duration(
            "database.socket-timeout",
            Duration.ofSeconds(10),
            Duration.ofMillis(250),
            Duration.ofMinutes(10),
            "how long to wait for the answer to a statement"),
        settings.duration(
            "database.lock-wait-timeout",
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            "how long a statement waits for a row's lock"),
        settings.duration(
            "database.slow-statement",
            Duration.ofSeconds(1),
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "from how long on a statement is worth a line of the log"));
  }
}
