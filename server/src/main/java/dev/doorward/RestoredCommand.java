package dev.doorward;

import dev.doorward.restore.Restore;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is to be done between a database's restoration and the first server on it. */
@Command(
    name = "restored",
    description = {
      "Makes a database fit for use that was restored from a copy, before a server runs on it:",
      "ends all sessions and one-time tokens, some of which were revoked or used after the copy",
      "was made, and tells all caches and readers of logs to begin anew. Passwords, callers' keys",
      "and disabled users are as they were in the copy: look at what was changed since."
    },
    mixinStandardHelpOptions = true)
final class RestoredCommand implements Callable<Integer> {

  @Mixin
  private Main.Source source;

  @Option(
      names = "--complete",
      description = {
        "nothing that was committed is missing, for the binary logs were applied up to their end:",
        "sessions and one-time tokens stay"
      })
  private boolean complete;

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    return CommandDatabase.use(source.read(), database -> {
      Restore restore = new Restore(database);
      if (!complete) {
        out.println("sessions ended: " + restore.endSessions());
        out.println("one-time tokens ended: " + restore.endVerifications());
      }
      restore.beginEpoch();
      out.println("a new epoch has begun");
      return CommandLine.ExitCode.OK;
    });
  }
}
