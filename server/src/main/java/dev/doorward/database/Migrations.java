package dev.doorward.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.internal.exception.FlywaySqlException;

/** Brings the schema to the version that this server needs. */
public final class Migrations {

  /** The last one in {@code db/migration}. */
  static final String LATEST = "10";

  private final DatabaseConfig config;

  public Migrations(DatabaseConfig config) {
    this.config = config;
  }

  /** Runs what has not run yet, or throws if there is any, as the settings say. */
  public void prepare() {
    if (isCurrent()) {
      return; // As at nearly every start, a fifth of which it would take Flyway to find that out.
    }
    if (config.migrate()) {
      migrate();
    } else {
      validate();
    }
  }

  /**
   * Runs what has not run yet.
   *
   * @return how many migrations ran
   */
  public int migrate() {
    return reachable(() -> flyway().migrate().migrationsExecuted);
  }

  /** Throws if the schema is not at the version that this server needs. */
  public void validate() {
    reachable(() -> {
      flyway().validate();
      return null;
    });
  }

  /** Whatever keeps this from being found out, Flyway says it better. */
  private boolean isCurrent() {
    try (Connection connection =
            DriverManager.getConnection(config.url(), Pools.driverProperties(config));
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT COALESCE(MIN(success), 0) AND SUM(version = '" + LATEST
                + "') = 1 FROM flyway_schema_history")) {
      return row.next() && row.getBoolean(1);
    } catch (SQLException e) {
      return false;
    }
  }

  /** Tells a database that is not there from a migration that fails. */
  private static <T> T reachable(Supplier<T> work) {
    try {
      return work.get();
    } catch (FlywaySqlException e) {
      throw e.getCause() instanceof SQLException fault ? new UnreachableDatabase(fault) : e;
    }
  }

  private Flyway flyway() {
    Map<String, String> properties = new HashMap<>();
    Pools.driverProperties(config)
        .forEach((key, value) -> properties.put((String) key, (String) value));
    // A migration may take as long as it takes.
    properties.put("socketTimeout", "0");
    return Flyway.configure()
        .dataSource(config.url(), config.user(), config.password().reveal())
        .jdbcProperties(properties)
        .locations("classpath:db/migration")
        .validateMigrationNaming(true)
        .cleanDisabled(true)
        .load();
  }
}
