package dev.doorward;

import dev.doorward.call.Origin;
import dev.doorward.config.InvalidSettings;
import dev.doorward.database.Database;
import dev.doorward.event.Events;
import dev.doorward.idempotency.Idempotency;
import dev.doorward.password.CredentialAdoption;
import dev.doorward.revocation.Revocations;
import dev.doorward.session.TokenHashing;
import dev.doorward.user.AddressAdoption;
import dev.doorward.user.Users;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** From a database that a Better Auth has shared to one that is Doorward's alone. */
@Command(
    name = "adopt",
    description = {
      "Makes what a Better Auth has written on these tables Doorward's own, some rows at a time, while servers go on:",
      "session tokens are hashed (session.token-at-rest=hashed_or_plain), accounts of password.former-provider get",
      "password.provider, and addresses are brought into the form in which they are looked up. Nobody is signed out.",
      "What does not fit stays as it is and is named; then this fails. Run again, it finds nothing left to do."
    },
    mixinStandardHelpOptions = true)
final class AdoptCommand implements Callable<Integer> {

  @Mixin
  private Main.Source source;

  @Option(
      names = "--dry-run",
      description = "changes nothing, and says what would be done and what would not fit")
  private boolean dryRun;

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  private long problems;

  @Override
  public Integer call() {
    Config config = source.read();
    if (!dryRun && config.sessions().tokenAtRest().isPlain()) {
      throw new InvalidSettings(
          "session.token-at-rest: plain (expected: hashed_or_plain, on all servers)");
    }
    return CommandDatabase.use(config, database -> {
      adopt(config, database);
      return problems == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    });
  }

  private void adopt(Config config, Database database) {
    TokenHashing tokens = new TokenHashing(database);
    CredentialAdoption credentials = new CredentialAdoption(
        database, config.passwords().provider(), (id, why) -> complain("account", id, why));
    Users users = new Users(
        database,
        new Idempotency(database),
        Revocations.ofACommand(database),
        Events.ofACommand(database),
        List.of());
    AddressAdoption addresses =
        new AddressAdoption(database, users, (id, why) -> complain("user", id, why));
    PrintWriter out = spec.commandLine().getOut();
    String of = dryRun ? "to be " : "";
    out.println("session tokens " + of + "hashed: " + (dryRun ? tokens.count() : tokens.run()));
    out.println("password accounts " + of + "renamed: "
        + (dryRun ? credentials.rehearse() : credentials.run()));
    out.println("addresses " + of + "normalised: "
        + (dryRun ? addresses.rehearse() : addresses.run(Origin.COMMAND_LINE)));
  }

  private void complain(String kind, String id, String why) {
    problems++;
    spec.commandLine().getErr().println(kind + " " + id + ": " + why);
  }
}
