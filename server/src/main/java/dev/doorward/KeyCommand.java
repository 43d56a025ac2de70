package dev.doorward;

import dev.doorward.call.Origin;
import dev.doorward.call.Role;
import dev.doorward.caller.CallerKey;
import dev.doorward.caller.Callers;
import dev.doorward.caller.IssuedKey;
import dev.doorward.caller.NewKey;
import dev.doorward.config.Settings;
import dev.doorward.database.Change;
import dev.doorward.database.Page;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.event.Events;
import dev.doorward.idempotency.Idempotency;
import dev.doorward.revocation.Revocations;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Callers' keys from the command line: straight in the database, for whoever may read its password. Servers that run see
 * what changes within a second.
 */
@Command(
    name = "key",
    description = "Gives out, lists and ends the keys of the services that may call.",
    mixinStandardHelpOptions = true,
    subcommands = {
      KeyCommand.Create.class,
      KeyCommand.ListKeys.class,
      KeyCommand.Rotate.class,
      KeyCommand.Revoke.class,
      KeyCommand.Generate.class
    })
final class KeyCommand {

  private static final int PAGE = 1000;

  /** A command that works on the database of a server's settings. */
  abstract static class OnDatabase implements Callable<Integer> {

    @Mixin
    private Main.Source source;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    abstract void run(Callers callers);

    @Override
    public Integer call() {
      return CommandDatabase.use(source.read(), database -> {
        run(new Callers(
            database,
            new Idempotency(database),
            Revocations.ofACommand(database),
            Events.ofACommand(database)));
        return CommandLine.ExitCode.OK;
      });
    }

    /** What a program reads. */
    PrintWriter out() {
      return spec.commandLine().getOut();
    }

    /** What a person reads. */
    PrintWriter err() {
      return spec.commandLine().getErr();
    }

    /** The key alone to where a program reads, and about it to where a person does. */
    void show(Callers.Issued issued) {
      out().println(issued.key().reveal());
      err()
          .printf(
              "%s: %s, with the key %s until %s%n",
              issued.about().callerName(),
              names(issued.about().roles()),
              issued.about().id(),
              issued.about().expires());
    }

    <T> T checked(String option, String value, Function<String, T> parser) {
      try {
        return parser.apply(value);
      } catch (IllegalArgumentException e) {
        throw wrong(option + ": " + value + " (" + e.getMessage() + ")");
      }
    }

    CommandLine.ParameterException wrong(String message) {
      return new CommandLine.ParameterException(spec.commandLine(), message);
    }
  }

  /** For how long a key is good. */
  static final class Lifetime {
    @Option(
        names = "--expires-in",
        paramLabel = "DURATION",
        defaultValue = "90d",
        showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
        description = "for how long the key is good: 1m to 366d")
    private String text;

    Duration read(OnDatabase command) {
      return command.checked(
          "--expires-in", text, value -> NewKey.parseLifetime(Settings.parseDuration(value)));
    }
  }

  @Command(
      name = "create",
      description = {
        "Gives a caller one more key, and creates the caller if there is none of that name.",
        "Prints the key, which is shown here and never again."
      },
      mixinStandardHelpOptions = true)
  static final class Create extends OnDatabase {
    @Parameters(paramLabel = "NAME", description = "the caller's name")
    private String name;

    @Option(
        names = {"-r", "--role"},
        paramLabel = "ROLE",
        split = ",",
        description = {
          "what the caller may do from now on: ${COMPLETION-CANDIDATES};",
          "required for a new caller, several if need be"
        })
    private List<Role> roles = new ArrayList<>();

    @Option(
        names = "--certificate-name",
        paramLabel = "NAME",
        description = {
          "the one URI or DNS name in the caller's client certificate;",
          "an empty one takes it away"
        })
    private String certificateName;

    @Mixin
    private Lifetime lifetime;

    @Override
    void run(Callers callers) {
      Set<Role> wanted = EnumSet.noneOf(Role.class);
      wanted.addAll(roles);
      show(callers.issue(
          Origin.COMMAND_LINE,
          Optional.empty(),
          new NewKey(
              checked("NAME", name, NewKey::parseName),
              wanted,
              lifetime.read(this),
              certificate(),
              CallerKey.generate())));
    }

    private Change<String> certificate() {
      if (certificateName == null) {
        return Change.none();
      }
      return Change.to(
          certificateName.isEmpty()
              ? null
              : checked("--certificate-name", certificateName, NewKey::parseCertificateName));
    }
  }

  @Command(
      name = "rotate",
      description = {
        "Gives a caller its second key, and says which one to revoke once that is in use.",
        "Prints the key, which is shown here and never again."
      },
      mixinStandardHelpOptions = true)
  static final class Rotate extends OnDatabase {
    @Parameters(paramLabel = "NAME", description = "the caller's name")
    private String name;

    @Mixin
    private Lifetime lifetime;

    @Override
    void run(Callers callers) {
      Callers.Issued issued = issue(callers);
      show(issued);
      all(callers).stream()
          .filter(key ->
              key.callerName().equals(name) && !key.id().equals(issued.about().id()))
          .forEach(key -> err()
              .printf(
                  "the former key is good until %s; to end it: doorward key revoke %s%n",
                  key.expires(), key.id()));
    }

    private Callers.Issued issue(Callers callers) {
      try {
        return callers.issue(
            Origin.COMMAND_LINE,
            Optional.empty(),
            new NewKey(
                checked("NAME", name, NewKey::parseName),
                Set.of(),
                lifetime.read(this),
                Change.none(),
                CallerKey.generate()));
      } catch (Refusal e) {
        if (e.reason() == Reason.FIELD_INVALID) { // A new caller would need roles.
          throw wrong("NAME: " + name + " (expected: a caller that there is)");
        }
        throw e;
      }
    }
  }

  @Command(
      name = "list",
      description = "Lists the keys of all callers, the oldest first; never the keys themselves.",
      mixinStandardHelpOptions = true)
  static final class ListKeys extends OnDatabase {
    private static final String ROW = "%-16s  %-24s  %-27s  %-27s  %s%n";

    @Override
    void run(Callers callers) {
      out().printf(ROW, "KEY", "CALLER", "CREATED", "EXPIRES", "ROLES");
      for (IssuedKey key : all(callers)) {
        String certificate =
            key.certificateName().map(name -> ", by certificate " + name).orElse("");
        out()
            .printf(
                ROW,
                key.id(),
                key.callerName(),
                key.createdAt(),
                key.expires(),
                names(key.roles()) + certificate);
      }
    }
  }

  @Command(
      name = "revoke",
      description = "Ends a key: no server takes it from a second later on.",
      mixinStandardHelpOptions = true)
  static final class Revoke extends OnDatabase {
    @Parameters(paramLabel = "KEY", description = "the key's id, which `key list` shows")
    private String keyId;

    @Override
    void run(Callers callers) {
      callers.revoke(Origin.COMMAND_LINE, keyId);
    }
  }

  @Command(
      name = "generate",
      description = {
        "Prints a key that nobody knows yet, for the file that caller.bootstrap-key-file names.",
        "Needs no database: (umask 077 && doorward key generate > FILE)"
      },
      mixinStandardHelpOptions = true)
  static final class Generate implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
      spec.commandLine().getOut().println(CallerKey.generate().reveal());
      return CommandLine.ExitCode.OK;
    }
  }

  private static List<IssuedKey> all(Callers callers) {
    List<IssuedKey> keys = new ArrayList<>();
    Optional<Page.Position> next = Optional.empty();
    do {
      Page<IssuedKey> page = callers.list(next, PAGE);
      keys.addAll(page.items());
      next = page.next();
    } while (next.isPresent());
    return keys;
  }

  private static String names(Set<Role> roles) {
    return EnumSet.copyOf(roles).stream()
        .map(role -> role.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(","));
  }
}
