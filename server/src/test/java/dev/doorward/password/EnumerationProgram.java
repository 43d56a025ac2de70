package dev.doorward.password;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What an attacker learns about an address from wrong passwords: pairs of calls, one for a known user and one for somebody
 * else, in random order. Prints a line for each kind of somebody else, and for servers that lack what guards them, to show
 * that the measurement would notice; then whether that is good enough. {@code bench/enumeration} runs it.
 */
final class EnumerationProgram {

  /** Fewer pairs say too little of times. */
  private static final int PAIRS_TO_JUDGE_TIMES = 2_000;

  private static final String CONTROL = "control: ";

  /** Of nobody, for whom a decoy is hashed, and of somebody, whose hash is not like others. */
  private static final List<String> TWO_KINDS =
      List.of("unknown address", "older Argon2 parameters, cheaper");

  private final Map<String, Comparison> guarded = new LinkedHashMap<>();
  private final Map<String, Comparison> controls = new LinkedHashMap<>();
  private boolean allMet = true;

  private EnumerationProgram(Map<String, Comparison> comparisons) {
    comparisons.forEach((name, comparison) ->
        (name.startsWith(CONTROL) ? controls : guarded).put(name, comparison));
  }

  public static void main(String[] arguments) {
    int pairs = Integer.parseInt(arguments[0]);
    int memoryKib = Integer.parseInt(arguments[1]);
    OperatingSystemMXBean machine = ManagementFactory.getOperatingSystemMXBean();
    System.out.printf(
        Locale.ROOT,
        "%,d pairs each, Argon2id with m = %d KiB and t = 2 by the %s library, %d processors, load average %.1f before%n%n",
        pairs,
        memoryKib,
        Guesser.LIBRARY.isEmpty() ? "bundled" : "configured",
        machine.getAvailableProcessors(),
        machine.getSystemLoadAverage());
    EnumerationProgram program = new EnumerationProgram(compareAll(pairs, memoryKib));
    program.print();
    program.judge(pairs);
    System.exit(program.allMet ? 0 : 1);
  }

  static Map<String, Comparison> compareAll(int pairs, int memoryKib) {
    Map<String, Comparison> comparisons = new LinkedHashMap<>();
    try (Guesser guesser = Guesser.at(memoryKib)) {
      guesser.warmUp(pairs);
      guesser
          .kinds()
          .forEach((name, email) -> comparisons.put(name, guesser.compare(email, pairs)));
      comparisons.put("unknown address, throttled as the known one", guesser.throttled(pairs));
      guesser.whileOthersSignIn(() -> TWO_KINDS.forEach(name -> comparisons.put(
          name + ", while others sign in", guesser.compare(guesser.kinds().get(name), pairs))));
      guesser.dropGuards();
      TWO_KINDS.forEach(name -> comparisons.put(
          CONTROL + name + ", unguarded", guesser.compare(guesser.kinds().get(name), pairs)));
    }
    return comparisons;
  }

  private void print() {
    System.out.println(
        "| guesses at, beside a known user's password | median difference | AUC | answers |");
    System.out.println("|---|---|---|---|");
    guarded.forEach(EnumerationProgram::print);
    controls.forEach(EnumerationProgram::print);
    System.out.println();
  }

  private static void print(String name, Comparison comparison) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %+.3f ms (%+.2f %%) | %.3f | %s |%n",
        name,
        comparison.medianDifferenceMillis(),
        comparison.medianDifferencePercent(),
        comparison.areaUnderCurve(),
        comparison.isOneAnswer() ? "equal" : comparison.answers().toString());
  }

  private void judge(int pairs) {
    judge("all answers are equal in code, message and size", true, Comparison::isOneAnswer);
    judge(
        "each median differs by less than 1 % and 0.5 ms",
        pairs >= PAIRS_TO_JUDGE_TIMES,
        comparison -> Math.abs(comparison.medianDifferencePercent()) < 1
            && Math.abs(comparison.medianDifferenceMillis()) < 0.5);
    judge(
        "each AUC is between 0.47 and 0.53",
        pairs >= PAIRS_TO_JUDGE_TIMES,
        comparison -> Math.abs(comparison.areaUnderCurve() - 0.5) <= 0.03);
    say(
        "the AUC of each control is 0.95 or more",
        controls.values().stream().allMatch(control -> control.areaUnderCurve() >= 0.95));
  }

  private void judge(String goal, boolean judged, Predicate<Comparison> met) {
    if (judged) {
      say(goal, guarded.values().stream().allMatch(met));
    } else {
      System.out.printf(
          Locale.ROOT, "not judged: %s, which takes %,d pairs%n", goal, PAIRS_TO_JUDGE_TIMES);
    }
  }

  private void say(String goal, boolean met) {
    allMet &= met;
    System.out.println((met ? "met: " : "MISSED: ") + goal);
  }
}
