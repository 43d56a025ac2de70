package dev.doorward.development;

import dev.doorward.Config;
import dev.doorward.Doorward;
import dev.doorward.Main;
import dev.doorward.Shutdown;
import dev.doorward.config.ConfigFile;
import dev.doorward.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
    private static final String CONNECTION_FILE = "connection.properties";

    @Option(
        names = "--data",
        paramLabel = "DIRECTORY",
        defaultValue = ".doorward",
        showDefaultValue = picocli.CommandLine.Help.Visibility.ALWAYS,
        description =
            "where the database lives; it survives restarts. Its address and password are in"
                + " connection.properties in there")
    private Path data;

    @Override
    public Integer call() throws Exception {
      log.info("starting MariaDB in {}", data);
      Shutdown shutdown = new Shutdown();
      EmbeddedMariaDb mariaDb = shutdown.add(EmbeddedMariaDb.start(data).withoutShutdownHook());
      Map<String, String> connection = Map.of(
          "database.url", mariaDb.jdbcUrl(),
          "database.user", mariaDb.user(),
          "database.password", mariaDb.password());
      OwnerOnly.write(data.resolve(CONNECTION_FILE), asLines(connection));
      DevelopmentKey key = shutdown.add(DevelopmentKey.in(data));
      Map<String, String> given = ConfigFile.readWithEnvironment(null);
      given.putAll(connection);
      given.putIfAbsent("server.reflection", "true");
      Config config = Config.read(new Settings(given));
      return Main.serve(() -> start(config, key), shutdown);
    }

    private static Doorward start(Config config, DevelopmentKey key) throws IOException {
      Doorward doorward = Doorward.startForDevelopment(config, key.key());
      int port = doorward.address().getPort();
      key.publish(port);
      log.info(
          "to call it: grpcurl -plaintext -H \"authorization: Bearer $(cat {})\" localhost:{} list",
          key.file(),
          port);
      return doorward;
    }

    /** For whoever wants to look into the database, or to run the production build on it. */
    private static String asLines(Map<String, String> connection) {
      return connection.entrySet().stream()
          .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
          .sorted()
          .collect(Collectors.joining());
    }
  }
}
