package dev.doorward.development;

import dev.doorward.Config;
import dev.doorward.Doorward;
import dev.doorward.Main;
import dev.doorward.Shutdown;
import dev.doorward.account.TokenKeys;
import dev.doorward.config.ConfigFile;
import dev.doorward.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line of the development build: that of production and {@code dev} and {@code certificates}. */
public final class Development {

  private static final Logger log = LoggerFactory.getLogger(Development.class);

  private Development() {}

  public static void main(String[] arguments) {
    System.exit(Main.commandLine()
        .addSubcommand(new Dev())
        .addSubcommand(new DevelopmentCertificates())
        .execute(arguments));
  }

  @Command(
      name = "certificates",
      description = "Makes certificates for development: of an authority, the server and a caller.",
      mixinStandardHelpOptions = true)
  static final class DevelopmentCertificates implements Callable<Integer> {
    private static final int DAYS = 90;

    @Option(
        names = "--directory",
        paramLabel = "DIRECTORY",
        defaultValue = ".doorward/certificates",
        showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
        description = "where to write them")
    private Path directory;

    @Option(
        names = "--server",
        paramLabel = "NAMES",
        defaultValue = "dns:localhost,ip:127.0.0.1,ip:::1",
        showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
        description = "by which names and addresses the server is called")
    private String serverNames;

    @Option(
        names = "--caller",
        paramLabel = "NAME",
        defaultValue = "dns:caller.localhost",
        showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
        description = "the one name of the caller")
    private String callerName;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      try (Certificates certificates = Certificates.in(directory)) {
        Certificates.Issued server = certificates.issue("server", serverNames, DAYS);
        Certificates.Issued caller = certificates.issue("caller", callerName, DAYS);
        spec.commandLine()
            .getOut()
            .printf(
                """
                server.tls-certificate=%s
                server.tls-key=%s
                server.tls-client-ca=%s
                # a caller: grpcurl -cacert %3$s -cert %s -key %s localhost:50051 list
                """,
                server.certificate(),
                server.key(),
                certificates.authority(),
                caller.certificate(),
                caller.key());
      }
      return CommandLine.ExitCode.OK;
    }
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
        showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
        description =
            "where the database lives; it survives restarts. Its address and password are in"
                + " connection.properties in there")
    private Path data;

    @Override
    public Integer call() throws Exception {
      log.info("starting MariaDB in {}", data);
      Shutdown shutdown = new Shutdown();
      EmbeddedMariaDb mariaDb = shutdown.add(EmbeddedMariaDb.start(data).withoutShutdownHook());
      mariaDb.forDevelopment();
      Map<String, String> connection = Map.of(
          "database.url", mariaDb.jdbcUrl(),
          "database.user", mariaDb.user(),
          "database.password", mariaDb.password(),
          "account.token-keys-file", tokenKeys(data).toString());
      OwnerOnly.write(data.resolve(CONNECTION_FILE), asLines(connection));
      DevelopmentKey key = shutdown.add(DevelopmentKey.in(data));
      Map<String, String> given = ConfigFile.readWithEnvironment(null);
      given.putAll(connection);
      given.putIfAbsent("server.reflection", "true");
      Config config = Config.read(new Settings(given));
      return Main.serve(() -> start(config, key), shutdown);
    }

    /** Those that an earlier run has left, or a new one. */
    private static Path tokenKeys(Path data) throws IOException {
      Path file = data.resolve("token.keys").toAbsolutePath();
      if (Files.notExists(file)) {
        OwnerOnly.write(file, TokenKeys.generateLine() + "\n");
      }
      return file;
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

    /** For whoever wants to look into the database, or to try the commands of the production build on it. */
    private static String asLines(Map<String, String> connection) {
      return connection.entrySet().stream()
          .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
          .sorted()
          .collect(Collectors.joining());
    }
  }
}
