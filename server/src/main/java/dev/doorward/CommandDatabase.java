package dev.doorward;

import dev.doorward.call.Patience;
import dev.doorward.database.Database;
import dev.doorward.database.DatabaseConfig;
import dev.doorward.database.Migrations;
import dev.doorward.database.Pools;
import dev.doorward.database.SlowStatements;
import dev.doorward.database.StatementKiller;
import java.util.function.Function;

/** The database of a server's settings, for a command that does one thing after the other on it. */
final class CommandDatabase {

  private CommandDatabase() {}

  static <T> T use(Config config, Function<Database, T> work) {
    DatabaseConfig settings = config.database().forOneThread();
    new Migrations(settings).prepare();
    try (StatementKiller killer = new StatementKiller(Patience.ENDLESS);
        Pools pools = new Pools(settings)) {
      return work.apply(new Database(
          pools.reads(),
          pools.writes(),
          Patience.ENDLESS,
          killer,
          new SlowStatements(settings.slowStatement())));
    }
  }
}
