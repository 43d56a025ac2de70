package dev.doorward;

import dev.doorward.account.TokenKeys;
import dev.doorward.account.TokenRotation;
import dev.doorward.account.TokenSeal;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The keys of providers' tokens, and their rotation, from the command line. */
@Command(
    name = "account",
    description = "Looks after the providers' tokens that accounts hold.",
    mixinStandardHelpOptions = true,
    subcommands = {AccountCommand.GenerateTokenKey.class, AccountCommand.EncryptTokens.class})
final class AccountCommand {

  @Command(
      name = "generate-token-key",
      description = {
        "Prints a key that nobody knows yet, for the file that account.token-keys-file names.",
        "Needs no database: (umask 077 && doorward account generate-token-key > FILE)"
      },
      mixinStandardHelpOptions = true)
  static final class GenerateTokenKey implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
      spec.commandLine().getOut().println(TokenKeys.generateLine());
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(
      name = "encrypt-tokens",
      description = {
        "Stores the providers' tokens that lie there in plain or under another key anew,",
        "under the first key of account.token-keys-file, while servers go on. What they",
        "change meanwhile is left to them. Fails if anything is left."
      },
      mixinStandardHelpOptions = true)
  static final class EncryptTokens implements Callable<Integer> {
    @Mixin
    private Main.Source source;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
      Config config = source.read();
      TokenSeal seal = new TokenSeal(
          TokenKeys.from(config.accounts().tokenKeysFile()), config.accounts().tokensAtRest());
      TokenRotation.Outcome outcome = CommandDatabase.use(
          config, database -> new TokenRotation(database, seal).run(this::complain));
      spec.commandLine().getOut().println("accounts encrypted: " + outcome.encrypted());
      if (outcome.changing() > 0) {
        spec.commandLine()
            .getErr()
            .println("accounts that changed each time: " + outcome.changing() + "; run this again");
      }
      return outcome.unreadable() + outcome.changing() == 0
          ? CommandLine.ExitCode.OK
          : CommandLine.ExitCode.SOFTWARE;
    }

    private void complain(String accountId) {
      spec.commandLine()
          .getErr()
          .println("account " + accountId + " has a token that opens under none of the keys");
    }
  }
}
