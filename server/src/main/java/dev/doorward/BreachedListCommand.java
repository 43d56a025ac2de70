package dev.doorward;

import dev.doorward.password.BreachedListBuild;
import dev.doorward.password.BreachedPasswords;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The list of known passwords, from the command line. */
@Command(
    name = "breached-list",
    description = "Builds and checks the list of passwords that nobody may take anew.",
    mixinStandardHelpOptions = true,
    subcommands = {BreachedListCommand.Build.class, BreachedListCommand.Check.class})
final class BreachedListCommand {

  @Command(
      name = "build",
      description = {
        "Makes a file for password.breached-list of lines SHA1:COUNT, sorted or not:",
        "the form in which Have I Been Pwned publishes its passwords.",
        "Takes 6 bytes of disk for each, twice while it works, and 100 MB of memory."
      },
      mixinStandardHelpOptions = true)
  static final class Build implements Callable<Integer> {
    @Parameters(paramLabel = "IN", description = "the lines; - for what is piped in")
    private Path in;

    @Parameters(
        paramLabel = "OUT",
        description = "the file to make; an old one is replaced at once")
    private Path out;

    @Option(
        names = "--min-count",
        paramLabel = "COUNT",
        defaultValue = "1",
        showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
        description = "leave out passwords that were seen less often")
    private long minCount;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      try (InputStream lines = in.toString().equals("-") ? System.in : Files.newInputStream(in)) {
        long count = BreachedListBuild.build(lines, out, minCount);
        spec.commandLine().getOut().println("passwords: " + count);
        return CommandLine.ExitCode.OK;
      } catch (IllegalArgumentException e) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "IN: " + in + ", " + e.getMessage());
      } catch (IOException e) {
        // Which of the two it was, its message says: it is the path.
        spec.commandLine().getErr().println("can't be read or written: " + e.getMessage());
        return CommandLine.ExitCode.SOFTWARE;
      }
    }
  }

  @Command(
      name = "check",
      description = "Reads a whole list and says whether it is as it was built.",
      mixinStandardHelpOptions = true)
  static final class Check implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "a file that `breached-list build` has made")
    private Path file;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
      spec.commandLine().getOut().println("passwords: " + BreachedPasswords.check(file));
      return CommandLine.ExitCode.OK;
    }
  }
}
