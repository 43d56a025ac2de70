package dev.doorward;

import dev.doorward.config.ConfigFile;
import dev.doorward.config.InvalidSettings;
import dev.doorward.config.Settings;
import dev.doorward.database.Migrations;
import dev.doorward.database.UnreachableDatabase;
import dev.doorward.database.UnsafeDatabase;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.remote.ExportCommand;
import dev.doorward.remote.ImportCommand;
import dev.doorward.telemetry.ConsoleLog;
import dev.doorward.telemetry.TelemetryConfig;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. */
@Command(
    name = "doorward",
    description = "The identity service for systems made of many services in many languages.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
public final class Main {

  private static final Logger log = LoggerFactory.getLogger(Main.class);

  /** Commands whose output is for programs. */
  private static final Set<String> WRITES_DATA = Set.of("import", "export");

  private static final int EXIT_UNAVAILABLE = 69; // EX_UNAVAILABLE of sysexits.h
  private static final int EXIT_SETTINGS = 78; // EX_CONFIG of sysexits.h

  public static void main(String[] arguments) {
    int status = CommandLine.ExitCode.SOFTWARE;
    if (arguments.length > 0 && WRITES_DATA.contains(arguments[0])) {
      ConsoleLog.toStandardError();
    }
    try {
      status = commandLineFor(arguments).execute(arguments);
    } catch (Error e) {
      log.error("ending", e);
    } finally {
      System.exit(status); // Whatever threads were started by then.
    }
  }

  /** The commands of the production build. */
  public static CommandLine commandLine() {
    return commandLine(
        Serve.class,
        Migrate.class,
        ListSettings.class,
        KeyCommand.class,
        AccountCommand.class,
        AdoptCommand.class,
        BreachedListCommand.class,
        RestoredCommand.class,
        ImportCommand.class,
        ExportCommand.class,
        CommandLine.HelpCommand.class);
  }

  /** For a server's start its own command alone: to make them all would be a tenth of it. */
  private static CommandLine commandLineFor(String[] arguments) {
    return arguments.length > 0 && arguments[0].equals(Serve.NAME)
        ? commandLine(Serve.class)
        : commandLine();
  }

  private static CommandLine commandLine(Class<?>... commands) {
    CommandLine main = new CommandLine(new Main());
    Stream.of(commands).forEach(main::addSubcommand);
    main.setCaseInsensitiveEnumValuesAllowed(true);
    return main.setExecutionExceptionHandler((thrown, command, parsed) -> {
      if (thrown instanceof InvalidSettings || thrown instanceof UnsafeDatabase) {
        command.getErr().println(thrown.getMessage());
        return EXIT_SETTINGS;
      }
      if (thrown instanceof UnreachableDatabase) {
        command.getErr().println(thrown.getMessage());
        return EXIT_UNAVAILABLE;
      }
      if (thrown instanceof Refusal refusal) {
        command.getErr().println(refusal.getMessage());
        return refusal.reason() == Reason.DATABASE_UNAVAILABLE
            ? EXIT_UNAVAILABLE
            : CommandLine.ExitCode.SOFTWARE;
      }
      log.error("{} failed", command.getCommandName(), thrown);
      return CommandLine.ExitCode.SOFTWARE;
    });
  }

  /** Serves what is started, until the process is asked to stop. */
  public static int serve(Callable<Doorward> starting, Shutdown shutdown) throws Exception {
    long start = System.nanoTime();
    Doorward doorward = shutdown.add(starting.call());
    log.info(
        "serving on {} after {} ms",
        doorward.address().getAddress().getHostAddress() + ":"
            + doorward.address().getPort(),
        (System.nanoTime() - start) / 1_000_000);
    doorward.awaitTermination();
    return CommandLine.ExitCode.OK;
  }

  /** Where the settings are. */
  static final class Source {
    @Option(
        names = {"-c", "--config"},
        paramLabel = "FILE",
        defaultValue = "${env:DOORWARD_CONFIG}",
        description = "a file of key=value lines; variables of the environment win over it")
    private Path file;

    Config read() {
      return Config.read(new Settings(ConfigFile.readWithEnvironment(file)));
    }
  }

  @Command(name = Serve.NAME, description = "Runs the service.", mixinStandardHelpOptions = true)
  static final class Serve implements Callable<Integer> {
    static final String NAME = "serve";

    @CommandLine.Mixin
    private Source source;

    @Override
    public Integer call() throws Exception {
      Config config = source.read();
      if (config.telemetry().logFormat() == TelemetryConfig.LogFormat.JSON) {
        ConsoleLog.asJson();
      }
      return serve(() -> Doorward.start(config), new Shutdown());
    }
  }

  @Command(
      name = "migrate",
      description = "Brings the database's schema up to date, and ends.",
      mixinStandardHelpOptions = true)
  static final class Migrate implements Callable<Integer> {
    @CommandLine.Mixin
    private Source source;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
      int count = new Migrations(source.read().database()).migrate();
      spec.commandLine().getOut().println("migrations run: " + count);
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(
      name = "settings",
      description = "Prints every setting with its default and its meaning.",
      mixinStandardHelpOptions = true)
  static final class ListSettings implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
      for (Settings.Key key : Config.keys()) {
        spec.commandLine()
            .getOut()
            .printf("# %s%n%s=%s%n%n", key.meaning(), key.name(), key.defaultValue());
      }
      return CommandLine.ExitCode.OK;
    }
  }

  /** The version in the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"doorward " + (version == null ? "(development)" : version)};
    }
  }
}
