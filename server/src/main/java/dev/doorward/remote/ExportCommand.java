package dev.doorward.remote;

import io.grpc.ManagedChannel;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Users out of a server, from the command line. */
@Command(
    name = "export",
    description = {
      "Writes all users of a server with their ways to sign in, as import takes them.",
      "Each line is a PortableUser (see user_service.proto) in JSON."
    },
    mixinStandardHelpOptions = true)
public final class ExportCommand implements Callable<Integer> {

  @Mixin
  private Connection connection;

  @Option(
      names = "--include-secrets",
      description = "the passwords' hashes and the providers' tokens too: "
          + "whoever holds that can guess the passwords at leisure")
  private boolean secrets;

  @Option(
      names = "--resume",
      paramLabel = "TOKEN",
      defaultValue = "",
      description = "go on where an export before has said that it ended, in the same file")
  private String token;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "where to write to, for its owner alone; an old file is never replaced. "
          + "Without it, the users are piped out.")
  private Path output;

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  private final OutputStream pipe;
  private final Backoff backoff;

  public ExportCommand() {
    this(new FileOutputStream(FileDescriptor.out), Backoff.ordinary());
  }

  /** @param pipe as it is: System.out keeps to itself that something could not be written */
  ExportCommand(OutputStream pipe, Backoff backoff) {
    this.pipe = pipe;
    this.backoff = backoff;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Supplier<ManagedChannel> channels = connection.channels();
    try (ExportedUsers users = open();
        Progress progress = Progress.of(spec.commandLine().getErr(), OptionalLong.empty())) {
      Optional<Failure> failure = takeOut(users, channels, progress);
      return failure.map(Failure::exit).orElse(CommandLine.ExitCode.OK);
    }
  }

  private Optional<Failure> takeOut(
      ExportedUsers users, Supplier<ManagedChannel> channels, Progress progress)
      throws InterruptedException {
    Attempts attempts = new Attempts(backoff);
    progress.start(() -> new Progress.State(users.users(), 0, attempts.failing()));
    AtomicBoolean told = new AtomicBoolean();
    Interruption interruption = new Interruption(() -> {
      boolean whole = users.stop();
      if (told.compareAndSet(false, true)) {
        sayWhereToGoOn(users, progress);
        users.discardIfEmpty();
        if (!whole) {
          progress.say("what is being written just now will be there twice");
        }
      }
    });
    Optional<Failure> failure;
    try (interruption) {
      failure = run(new Export(secrets, users, channels, attempts));
    }
    if (told.compareAndSet(false, true)) {
      if (failure.isPresent()) {
        progress.say(failure.get().toLine(connection.target()));
        sayWhereToGoOn(users, progress);
        users.discardIfEmpty();
      } else {
        progress.say("exported " + users.users() + " users in " + progress.sum(users.users()));
      }
    }
    return failure;
  }

  private Optional<Failure> run(Export export) throws InterruptedException {
    try {
      return export.run();
    } catch (IOException e) {
      return Optional.of(Failure.here(
          (output == null ? "the output" : output) + " can't be written: " + e.getMessage()));
    }
  }

  private void sayWhereToGoOn(ExportedUsers users, Progress progress) {
    if (!users.token().isEmpty()) {
      progress.say("go on with --resume " + users.token());
    }
  }

  private ExportedUsers open() {
    if (output == null) {
      return ExportedUsers.to(pipe, token);
    }
    try {
      return ExportedUsers.in(output, token);
    } catch (FileAlreadyExistsException e) {
      throw wrong(
          "--output: " + output + " exists (expected: a new file, or --resume to go on in it)");
    } catch (IOException e) {
      throw wrong("--output: " + output + " can't be written");
    }
  }

  private CommandLine.ParameterException wrong(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
