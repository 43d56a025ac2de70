package dev.doorward.database;

import dev.doorward.Config;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.exception.FlywaySqlException;

/** Brings the schema to the version that this server needs. */
public final class Migrations {

  private final Flyway flyway;
  private final boolean migrate;

  public Migrations(Config.Database config) {
    this.flyway = configure(config).load();
    this.migrate = config.migrate();
  }

  /** Runs what has not run yet, or throws if there is any, as the settings say. */
  public void prepare() {
    if (migrate) {
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
    return reachable(() -> flyway.migrate().migrationsExecuted);
  }

  /** Throws if the schema is not at the version that this server needs. */
  public void validate() {
    reachable(() -> {
      flyway.validate();
      return null;
    });
  }

  /** Tells a database that is not there from a migration that fails. */
  private static <T> T reachable(Supplier<T> work) {
    try {
      return work.get();
    } catch (FlywaySqlException e) {
      throw e.getCause() instanceof SQLException fault ? new UnreachableDatabase(fault) : e;
    }
  }

  private static FluentConfiguration configure(Config.Database config) {
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
        .cleanDisabled(true);
  }
}
