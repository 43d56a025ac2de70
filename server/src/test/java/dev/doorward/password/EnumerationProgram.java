package dev.doorward.password;

import dev.doorward.testing.Given;
import dev.doorward.testing.Refusals;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.User;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an attacker learns about an address from wrong passwords: pairs of calls, one for a known user and one for somebody
 * else, in random order. Prints a line for each kind of somebody else, and one for a server that hashes nothing for whom it
 * does not know, to show that the measurement would notice. {@code bench/enumeration} runs it.
 */
final class EnumerationProgram {

  /** Two kinds of address, side by side. */
  record Comparison(long[] known, long[] other, Set<String> answers) {

    /** Of the differences within the pairs, in nanoseconds. */
    double medianDifference() {
      long[] differences = new long[known.length];
      Arrays.setAll(differences, i -> other[i] - known[i]);
      return median(differences);
    }

    double medianDifferencePercent() {
      return 100 * medianDifference() / median(known);
    }

    /** How often a call of the other kind takes longer than one for a known user: 0.5 tells nothing. */
    double areaUnderCurve() {
      long[] sorted = known.clone();
      Arrays.sort(sorted);
      double above = 0;
      for (long nanos : other) {
        int place = Arrays.binarySearch(sorted, nanos);
        above += place < 0 ? -place - 1 : place + 0.5;
      }
      return above / ((double) known.length * other.length);
    }

    private static double median(long[] values) {
      long[] sorted = values.clone();
      Arrays.sort(sorted);
      return sorted[sorted.length / 2];
    }
  }

  /** So that no address comes to its limit, unless it is meant to. */
  private static final int PAIRS_BETWEEN_RESETS = 40;

  private static final int WARM_UP = 100;

  private final TestServer server;
  private final Random random = new Random(1);
  private final String known;

  private EnumerationProgram(TestServer server) {
    this.server = server;
    this.known = server.given().signedUp().getUser().getEmail();
  }

  public static void main(String[] arguments) {
    int pairs = Integer.parseInt(arguments[0]);
    System.out.printf(
        Locale.ROOT,
        "%d pairs each%n| against a known user's wrong password | median difference | AUC | answers |%n|---|---|---|---|%n",
        pairs);
    compareAll(pairs)
        .forEach((name, comparison) -> System.out.printf(
            Locale.ROOT,
            "| %s | %+.3f ms (%+.2f %%) | %.3f | %s |%n",
            name,
            comparison.medianDifference() / 1e6,
            comparison.medianDifferencePercent(),
            comparison.areaUnderCurve(),
            comparison.answers().size() == 1
                ? "equal in code, message and size"
                : comparison.answers().toString()));
    System.exit(0);
  }

  static Map<String, Comparison> compareAll(int pairs) {
    String[] cheap = {
      "password.memory-kib", "4096", "attempt.free", "100", "attempt.first-wait", "1h"
    };
    try (TestServer server = TestServer.start(TestMariaDb.shared(), cheap);
        TestServer past = TestServer.start(
            TestMariaDb.shared(), "password.memory-kib", "1024", "password.iterations", "1")) {
      EnumerationProgram program = new EnumerationProgram(server);
      Map<String, String> others = new LinkedHashMap<>();
      others.put("unknown address", Given.freeEmail());
      others.put("wrong password", server.given().signedUp().getUser().getEmail());
      others.put("no password", server.given().user().getEmail());
      others.put("disabled user", program.disabled());
      others.put("older Argon2 parameters", past.given().signedUp().getUser().getEmail());
      program.compare(others.get("unknown address"), Math.min(pairs, WARM_UP));

      Map<String, Comparison> comparisons = new LinkedHashMap<>();
      others.forEach((name, email) -> comparisons.put(name, program.compare(email, pairs)));
      comparisons.put("unknown address, throttled as the known one", program.throttled(pairs));
      forgetDecoy(server);
      comparisons.put(
          "control: unknown address, without the dummy hash",
          program.compare(Given.freeEmail(), pairs));
      return comparisons;
    }
  }

  private String disabled() {
    User user = server.given().signedUp().getUser();
    server
        .users()
        .disableUser(DisableUserRequest.newBuilder().setUserId(user.getId()).build());
    return user.getEmail();
  }

  private Comparison throttled(int pairs) {
    String unknown = Given.freeEmail();
    server.rows().change("DELETE FROM account_attempts");
    for (int i = 0; i < 100; i++) {
      call(known, new TreeSet<>());
      call(unknown, new TreeSet<>());
    }
    server.rows().change("UPDATE account_attempts SET failures = 50");
    return measure(unknown, pairs, false);
  }

  private Comparison compare(String other, int pairs) {
    return measure(other, pairs, true);
  }

  private Comparison measure(String other, int pairs, boolean resetting) {
    Comparison comparison = new Comparison(new long[pairs], new long[pairs], new TreeSet<>());
    for (int i = 0; i < pairs; i++) {
      if (resetting && i % PAIRS_BETWEEN_RESETS == 0) {
        server.rows().change("DELETE FROM account_attempts");
        call(known, comparison.answers());
        call(other, comparison.answers());
      }
      boolean knownFirst = random.nextBoolean();
      if (knownFirst) {
        comparison.known()[i] = call(known, comparison.answers());
      }
      comparison.other()[i] = call(other, comparison.answers());
      if (!knownFirst) {
        comparison.known()[i] = call(known, comparison.answers());
      }
    }
    return comparison;
  }

  /** How long a wrong password took to be refused. */
  private long call(String email, Set<String> answers) {
    SignInRequest request =
        SignInRequest.newBuilder().setEmail(email).setPassword("a wrong one").build();
    long start = System.nanoTime();
    try {
      server.passwords().signIn(request);
      throw new AssertionError("signed in");
    } catch (StatusRuntimeException e) {
      long nanos = System.nanoTime() - start;
      answers.add(e.getStatus().getCode() + " " + Refusals.reason(e) + " "
          + e.getStatus().getDescription() + " "
          + StatusProto.fromThrowable(e).getSerializedSize() + " bytes");
      return nanos;
    }
  }

  /** In its place comes one that is refused as soon as it is looked at, and that has nothing to make up for. */
  private static void forgetDecoy(TestServer server) {
    Object hashing = get(get(server, "doorward"), "hashing");
    try {
      field(hashing, "decoy").set(hashing, "$argon2id$v=19$m=999999,t=99,p=1$");
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object get(Object owner, String name) {
    try {
      return field(owner, name).get(owner);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Field field(Object owner, String name) {
    try {
      Field field = owner.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
  }
}
