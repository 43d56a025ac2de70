package dev.doorward.remote;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
import picocli.CommandLine.Parameters;

/** Users into a server, from the command line. */
@Command(
    name = "import",
    description = {
      "Brings users of another system into a server, with their ways to sign in.",
      "Each line of the file is a PortableUser (see user_service.proto) in JSON.",
      "Who is there already is left as they are, so that an import can be made",
      "again. Fails if any is refused."
    },
    mixinStandardHelpOptions = true)
public final class ImportCommand implements Callable<Integer> {

  @Mixin
  private Connection connection;

  @Parameters(paramLabel = "FILE", description = "the users, one a line; - for what is piped in")
  private Path users;

  @Option(names = "--dry-run", description = "change nothing, and say what would come of it")
  private boolean dryRun;

  @Option(
      names = "--refused",
      paramLabel = "FILE",
      description = "where to write which lines were refused and why, as JSON, one a line; "
          + "an old file is replaced, unless --from-line goes on")
  private Path refusedFile;

  @Option(
      names = "--from-line",
      paramLabel = "N",
      defaultValue = "1",
      description = "leave out the lines before this one, which an import before has done")
  private long fromLine;

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  private final InputStream pipe;
  private final Backoff backoff;

  public ImportCommand() {
    this(System.in, Backoff.ordinary());
  }

  ImportCommand(InputStream pipe, Backoff backoff) {
    this.pipe = pipe;
    this.backoff = backoff;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Supplier<ManagedChannel> channels = connection.channels();
    if (fromLine < 1) {
      throw wrong("--from-line: " + fromLine + " (expected: 1 or more)");
    }
    boolean file = Files.isRegularFile(users);
    OptionalLong size = file ? OptionalLong.of(Files.size(users)) : OptionalLong.empty();
    try (InputStream in = open();
        Progress progress = Progress.of(spec.commandLine().getErr(), size);
        Refusals refusals = refusals(progress)) {
      if (dryRun && !file) {
        progress.say("what is piped in is not searched for lines that collide with each other");
      }
      Optional<Collisions> collisions =
          dryRun && file ? Optional.of(new Collisions()) : Optional.empty();
      Outcomes outcomes = new Outcomes(fromLine, refusals, collisions);
      return bringIn(in, channels, outcomes, collisions, new Ending(outcomes, refusals, progress));
    }
  }

  private int bringIn(
      InputStream in,
      Supplier<ManagedChannel> channels,
      Outcomes outcomes,
      Optional<Collisions> collisions,
      Ending ending)
      throws InterruptedException {
    Attempts attempts = new Attempts(backoff);
    Import running = new Import(
        new Batches(new Lines(in), fromLine), dryRun, new Unanswered(outcomes), channels, attempts);
    ending.progress.start(() -> {
      Outcomes.Figures now = outcomes.figures();
      return new Progress.State(now.users(), now.bytes(), attempts.failing());
    });
    Optional<Failure> failure;
    Interruption interruption = new Interruption(() -> ending.tell(true, Optional.empty()));
    try (interruption) {
      failure = run(running, collisions, outcomes);
    }
    ending.tell(failure.isPresent(), failure);
    int whole =
        outcomes.figures().refused() == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    return failure.map(Failure::exit).orElse(whole);
  }

  private Optional<Failure> run(Import running, Optional<Collisions> collisions, Outcomes outcomes)
      throws InterruptedException {
    try {
      Optional<Failure> failure = running.run();
      if (failure.isEmpty() && collisions.isPresent()) {
        try (InputStream again = Files.newInputStream(users)) {
          collisions.get().correct(new Lines(again), outcomes);
        }
      }
      return failure;
    } catch (UncheckedIOException e) {
      return Optional.of(Failure.here(e.getMessage()));
    } catch (IOException e) {
      return Optional.of(Failure.here(users + " can't be read: " + e.getMessage()));
    }
  }

  private InputStream open() {
    if (users.toString().equals("-")) {
      return pipe;
    }
    try {
      return Files.newInputStream(users);
    } catch (IOException e) {
      throw wrong("FILE: " + users + " can't be read");
    }
  }

  private Refusals refusals(Progress progress) throws IOException {
    if (refusedFile == null) {
      return Refusals.shownTo(progress::say);
    }
    if (Files.exists(refusedFile) && Files.exists(users) && Files.isSameFile(users, refusedFile)) {
      throw wrong("--refused: " + refusedFile + " (expected: another file than FILE)");
    }
    try {
      return Refusals.in(refusedFile, fromLine > 1);
    } catch (IOException e) {
      throw wrong("--refused: " + refusedFile + " can't be written");
    }
  }

  private CommandLine.ParameterException wrong(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }

  /** What is said last: once, by whoever is first, the end itself or a signal. */
  private final class Ending {

    private final Outcomes outcomes;
    private final Refusals refusals;
    private final Progress progress;
    private final AtomicBoolean told = new AtomicBoolean();

    private Ending(Outcomes outcomes, Refusals refusals, Progress progress) {
      this.outcomes = outcomes;
      this.refusals = refusals;
      this.progress = progress;
    }

    /** @param early whether there are lines left */
    private void tell(boolean early, Optional<Failure> failure) {
      if (!told.compareAndSet(false, true)) {
        return;
      }
      failure.ifPresent(why -> progress.say(why.toLine(connection.target())));
      refusals.sayMore();
      Outcomes.Figures figures = outcomes.figures();
      if (!early || figures.nextLine() > fromLine) {
        spec.commandLine()
            .getOut()
            .println((dryRun ? "would create " : "created ") + figures.created() + ", existing "
                + figures.existing() + ", refused " + figures.refused());
        progress.say("in " + progress.sum(figures.users()));
      }
      if (early && figures.nextLine() > 1) {
        progress.say("go on with --from-line " + figures.nextLine());
      }
    }
  }
}
