package dev.doorward.development;

import dev.doorward.Config;
import dev.doorward.Main;
import dev.doorward.Shutdown;
import dev.doorward.config.ConfigFile;
import dev.doorward.config.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the development build: that of production and {@code dev}. */
public final class Development {

  private static final Logger log = LoggerFactory.getLogger(Development.class);

  private Development() {}

  public static void main(String[] arguments) {
    System.exit(Main.commandLine().addSubcommand(new Dev()).execute(arguments));
  }

  @Command(
      name = "dev",
      description = "Runs the service on a MariaDB of its own, for this machine alone.",
      mixinStandardHelpOptions = true)
  static final class Dev implements Callable<Integer> {
    @Option(
        names = "--data",
        paramLabel = "DIRECTORY",
        defaultValue = ".doorward",
        showDefaultValue = picocli.CommandLine.Help.Visibility.ALWAYS,
        description = "where the database lives; it survives restarts")
    private Path data;

    @Override
    public Integer call() throws Exception {
      log.info("starting MariaDB in {}", data);
      Shutdown shutdown = new Shutdown();
      EmbeddedMariaDb mariaDb = shutdown.add(EmbeddedMariaDb.start(data));
      Map<String, String> given = ConfigFile.readWithEnvironment(null);
      given.put("database.url", mariaDb.jdbcUrl());
      given.put("database.user", mariaDb.user());
      given.put("database.password", mariaDb.password());
      return Main.serve(Config.read(new Settings(given)), shutdown);
    }
  }
}
