package dev.doorward.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.export.HaMode;

/**
 * The connections to MariaDB, in three pools: reads run one statement each with autocommit on, writes run transactions with
 * autocommit off, and what follows a log has connections of its own. So neither pays a round trip to switch, and none
 * waits for another's connections.
 */
public final class Pools implements AutoCloseable {

  /**
   * What correctness hangs on: times are UTC whatever the JVM's zone, and an update counts the rows that it finds, not the
   * ones that it changes. Stated here alone; a URL that says otherwise is refused.
   */
  private static final Properties FIXED = properties(
      "connectionTimeZone", "UTC",
      "forceConnectionTimeZoneToSession", "true",
      "preserveInstants", "true",
      "useAffectedRows", "false",
      "allowLocalInfile", "false",
      "allowMultiQueries", "false",
      "transactionReplay", "false");

  /** What runs on each new connection, after whatever the URL says. */
  private static final String FIRST_STATEMENTS = "initSql";

  /**
   * The least that shows a database at work. A node that has lost its cluster answers a ping, and refuses this: a new
   * connection goes on to the URL's next host, and one from a pool is replaced.
   */
  static final String PROOF_OF_LIFE = "DO 1";

  private static final int TAILS = 2;

  /** A read that takes longer than this is of no use to whoever follows a log: a lease would be over. */
  private static final Duration TAIL_TIMEOUT = Duration.ofSeconds(1);

  static {
    DriverLog.turnOff();
  }

  private final HikariDataSource reads;
  private final HikariDataSource writes;
  private final HikariDataSource tails;

  public Pools(DatabaseConfig config) {
    Properties driver = driverProperties(config);
    this.reads = pool("reads", config, driver, config.readConnections(), true);
    this.writes = pool("writes", config, driver, config.writeConnections(), false);
    Properties impatient = new Properties();
    impatient.putAll(driver);
    impatient.setProperty("socketTimeout", Long.toString(TAIL_TIMEOUT.toMillis()));
    this.tails = pool("tails", config, impatient, TAILS, true);
  }

  /** A URL that the driver can read, and that leaves to us what is ours. Throws an {@link IllegalArgumentException} for any other. */
  public static String parseUrl(String url) {
    int query = url.indexOf('?');
    for (String option : (query < 0 ? "" : url.substring(query + 1)).split("&")) {
      String key = option.split("=", 2)[0];
      if (FIXED.stringPropertyNames().stream().anyMatch(key::equalsIgnoreCase)
          || FIRST_STATEMENTS.equalsIgnoreCase(key)) {
        throw new IllegalArgumentException("expected: " + key + " left to the server");
      }
    }
    HaMode mode = readByDriver(url)
        .orElseThrow(() -> new IllegalArgumentException(
            "expected: as in jdbc:mariadb://HOST:3306/DATABASE?sslMode=verify-full"))
        .haMode();
    // In such a mode the driver puts another connection, perhaps to another host, in the place of
    // one that is lost, and sends again what it was sending.
    if (mode != HaMode.NONE) {
      throw new IllegalArgumentException(
          "expected: hosts without a mode, the first one first, as in jdbc:mariadb://HOST,HOST/DATABASE");
    }
    return url;
  }

  /** Some of what the driver cannot read, it fails over rather than refuse. */
  private static Optional<Configuration> readByDriver(String url) {
    try {
      return Optional.ofNullable(Configuration.parse(url));
    } catch (SQLException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** For single statements. */
  public DataSource reads() {
    return reads;
  }

  /** For transactions. */
  public DataSource writes() {
    return writes;
  }

  /** For whoever follows a log: single statements, again and again. */
  public DataSource tails() {
    return tails;
  }

  /** One pool, for whoever watches it. */
  public record Pool(String name, HikariDataSource source) {

    public int used() {
      return bean().map(HikariPoolMXBean::getActiveConnections).orElse(0);
    }

    public int idle() {
      return bean().map(HikariPoolMXBean::getIdleConnections).orElse(0);
    }

    /** How many threads wait for a connection. */
    public int waiting() {
      return bean().map(HikariPoolMXBean::getThreadsAwaitingConnection).orElse(0);
    }

    public int size() {
      return source.getMaximumPoolSize();
    }

    /** There is none before the first connection. */
    private Optional<HikariPoolMXBean> bean() {
      return Optional.ofNullable(source.getHikariPoolMXBean());
    }
  }

  public List<Pool> all() {
    return Stream.of(reads, writes, tails)
        .map(source -> new Pool(source.getPoolName(), source))
        .toList();
  }

  @Override
  public void close() {
    tails.close();
    reads.close();
    writes.close();
  }

  /** How every connection to the database is made, within the pools and beside them. */
  static Properties driverProperties(DatabaseConfig config) {
    Properties properties = new Properties();
    properties.putAll(FIXED);
    properties.setProperty("user", config.user());
    properties.setProperty("password", config.password().reveal());
    properties.setProperty(
        "connectTimeout", Long.toString(config.connectTimeout().toMillis()));
    properties.setProperty("socketTimeout", Long.toString(config.socketTimeout().toMillis()));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("useServerPrepStmts", "true");
    properties.setProperty("prepStmtCacheSize", "256");
    // Not as the driver's sessionVariables, which those of a URL would replace.
    properties.setProperty(
        FIRST_STATEMENTS,
        "SET SESSION innodb_lock_wait_timeout = "
            + Math.max(1, config.lockWaitTimeout().toSeconds())
            + ", sql_mode = 'STRICT_ALL_TABLES';" + PROOF_OF_LIFE);
    return properties;
  }

  private static HikariDataSource pool(
      String name, DatabaseConfig config, Properties driver, int size, boolean autoCommit) {
    HikariConfig hikari = new HikariConfig();
    hikari.setPoolName(name);
    hikari.setDriverClassName("org.mariadb.jdbc.Driver");
    hikari.setJdbcUrl(config.url());
    hikari.setDataSourceProperties(driver);
    // A server that has frozen within a transaction does not hold its locks for ever.
    hikari.setConnectionInitSql("SET SESSION idle_transaction_timeout = "
        + Math.max(1, config.socketTimeout().toSeconds()));
    hikari.setConnectionTestQuery(PROOF_OF_LIFE);
    hikari.setAutoCommit(autoCommit);
    hikari.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    hikari.setMaximumPoolSize(size);
    hikari.setMinimumIdle(size);
    hikari.setConnectionTimeout(config.acquireTimeout().toMillis());
    hikari.setValidationTimeout(Math.max(250, config.connectTimeout().toMillis()));
    // The server refuses to be of use without a database rather than to start without one.
    hikari.setInitializationFailTimeout(-1);
    return new HikariDataSource(hikari);
  }

  private static Properties properties(String... keysAndValues) {
    Properties properties = new Properties();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      properties.setProperty(keysAndValues[i], keysAndValues[i + 1]);
    }
    return properties;
  }
}
