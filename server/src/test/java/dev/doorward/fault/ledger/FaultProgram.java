package dev.doorward.fault.ledger;

import dev.doorward.testing.Rows;
import dev.doorward.testing.TestMariaDb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Breaks a server and its database under load, over and over, and reads back afterwards whatever was acknowledged. Prints a line
 * for each fault, and whether nothing was lost; {@code bench/faults} runs it.
 */
@Command(name = "bench/faults", mixinStandardHelpOptions = true)
final class FaultProgram implements Callable<Integer> {

  @Option(names = "--short", description = "few cycles of each fault, in two minutes or so")
  private boolean brief;

  @Option(
      names = "--servers",
      split = ",",
      paramLabel = "HOST:PORT",
      description = "servers that are there already, and that somebody else breaks meanwhile")
  private List<String> servers = List.of();

  @Option(
      names = "--databases",
      paramLabel = "URL",
      description =
          "their database, user and password in its URL; or each node of it, one option for each")
  private List<String> databases = List.of();

  @Option(names = "--seconds", defaultValue = "60", description = "how long these are called")
  private long seconds;

  @Parameters(
      paramLabel = "FAULT",
      description =
          "all, if none is named: server-killed, ...; with --servers those that somebody else"
              + " brings about, who reads `befall FAULT` each time, and writes a line when it has passed")
  private List<Trouble> troubles = List.of();

  private final Scanner somebodyElse = new Scanner(System.in);
  private final List<Result> results = new ArrayList<>();
  private boolean allMet = true;

  private FaultProgram() {}

  public static void main(String[] arguments) {
    int exit = new CommandLine(new FaultProgram())
        .registerConverter(Trouble.class, FaultProgram::trouble)
        .execute(arguments);
    System.exit(exit);
  }

  @Override
  public Integer call() throws IOException {
    if (servers.isEmpty()) {
      breakARigOfOurOwn();
    } else {
      call(Site.of(servers, databases.stream().map(Rows::new).toList()));
    }
    print();
    return allMet ? 0 : 1;
  }

  private void breakARigOfOurOwn() throws IOException {
    Path log = Files.createDirectories(Path.of("target/faults")).resolve("server.log");
    Files.deleteIfExists(log);
    try (Rig rig = new Rig(TestMariaDb.fresh(), productionJar(), log)) {
      for (Trouble trouble : troubles.isEmpty() ? Trouble.OURS : troubles) {
        long start = System.nanoTime();
        Result result = trouble.run(rig, brief);
        System.err.printf(
            "%s: %d s%n", trouble, Duration.ofNanos(System.nanoTime() - start).toSeconds());
        results.add(result);
      }
    }
  }

  private void call(Site site) {
    try (site) {
      if (troubles.isEmpty()) {
        results.add(new Trial(site, brief)
            .run(Trouble.OF_SOMEBODY_ELSE, 1, load -> Load.pass(Duration.ofSeconds(seconds))));
      }
      for (Trouble trouble : troubles) {
        results.add(
            new Trial(site, brief).run(trouble, trouble.cycles(brief), load -> letBefall(trouble)));
      }
    }
  }

  private void letBefall(Trouble trouble) {
    System.out.println("befall " + trouble);
    if (!somebodyElse.hasNextLine()) {
      throw new IllegalStateException(trouble + ": nobody brings it about");
    }
    somebodyElse.nextLine();
  }

  private void print() {
    System.out.println(Result.HEADER);
    results.forEach(result -> System.out.println(result.line()));
    System.out.println();
    for (Result result : results) {
      if (!result.trouble().isControl()) {
        result
            .findings()
            .shown()
            .forEach(finding -> System.out.println(result.trouble() + ": " + finding));
      }
    }
    say(
        "nothing acknowledged was lost, doubled or undone, and nothing is there that nobody asked for",
        result -> !result.trouble().isControl(),
        Result::isSound);
    say("each fault was felt", result -> result.trouble().isFelt(), Result::wasFelt);
    say("each control loses something", result -> result.trouble().isControl(), Result::lost);
  }

  private void say(String goal, Predicate<Result> about, Predicate<Result> met) {
    List<Result> missed = results.stream().filter(about).filter(met.negate()).toList();
    allMet &= missed.isEmpty();
    if (results.stream().anyMatch(about)) {
      System.out.println(
          missed.isEmpty()
              ? "met: " + goal
              : "MISSED: " + goal + ": " + missed.stream().map(Result::trouble).toList());
    }
  }

  private static Path productionJar() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("doorward-server-.*-all\\.jar"))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no production jar in target"));
    }
  }

  private static Trouble trouble(String name) {
    return Stream.of(Trouble.values())
        .filter(trouble -> trouble.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new CommandLine.TypeConversionException(
            name + " (expected one of " + Trouble.OURS + ", or of " + Trouble.THEIRS + ")"));
  }
}
