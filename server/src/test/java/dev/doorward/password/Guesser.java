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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;

/** Whoever tries passwords for addresses of every kind, and looks at the time and the form of the refusals. */
final class Guesser implements AutoCloseable {

  /** As in NativeArgon2Test: where there is a faster one than the one inside. */
  static final String LIBRARY = System.getProperty("doorward.argon2-library", "");

  /** So that no address comes to its limit, unless it is meant to. */
  private static final int PAIRS_BETWEEN_RESETS = 40;

  private static final int WARM_UP = 100;
  private static final int OTHERS = 3;

  private final TestServer server;
  private final Random random = new Random(1);
  private final Map<String, String> kinds = new LinkedHashMap<>();
  private final String known;
  private Runnable beforeEachCall = () -> {};

  private Guesser(TestServer server, int memoryKib) {
    this.server = server;
    this.known = signedUp(server);
    kinds.put("unknown address", Given.freeEmail());
    kinds.put("wrong password", signedUp(server));
    kinds.put("no password", server.given().user().getEmail());
    kinds.put("disabled user", disabled());
    kinds.put("older Argon2 parameters, cheaper", madeWith(memoryKib / 4, 1));
    kinds.put("older Argon2 parameters, dearer", madeWith(memoryKib, 3));
  }

  static Guesser at(int memoryKib) {
    return new Guesser(
        TestServer.start(
            TestMariaDb.shared(),
            "password.argon2-library",
            LIBRARY,
            "password.memory-kib",
            Integer.toString(memoryKib),
            "attempt.free",
            "100",
            "attempt.first-wait",
            "1h"),
        memoryKib);
  }

  /** Nothing is measured on a machine that has not done it before. */
  void warmUp(int pairs) {
    measure(known, Math.min(pairs, WARM_UP), true);
  }

  /** An address of each kind. */
  Map<String, String> kinds() {
    return kinds;
  }

  Comparison compare(String other, int pairs) {
    return measure(other, pairs, true);
  }

  /** Of somebody unknown and somebody known, who both have to wait. */
  Comparison throttled(int pairs) {
    String unknown = Given.freeEmail();
    server.rows().change("DELETE FROM account_attempts");
    call(known, new TreeSet<>());
    call(unknown, new TreeSet<>());
    server
        .rows()
        .change(
            "UPDATE account_attempts SET failures = 50, streak = 50, blockedUntil = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR");
    return measure(unknown, pairs, false);
  }

  /** Runs it while others try wrong passwords all the time, more of them than are hashed at once. */
  void whileOthersSignIn(Runnable measuring) {
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> others = new ArrayList<>();
    for (int i = 0; i < OTHERS; i++) {
      Thread other = new Thread(() -> {
        while (!over.get()) {
          call(Given.freeEmail(), new TreeSet<>());
        }
      });
      others.add(other);
      other.start();
    }
    try {
      measuring.run();
    } finally {
      over.set(true);
      others.forEach(Guesser::await);
    }
  }

  /** From now on nothing is hashed for whoever has no hash, and nothing is made up for or waited for. */
  void dropGuards() {
    Object hashing = get(get(server, "doorward"), "hashing");
    set(hashing, "decoy", "$argon2id$v=19$m=999999,t=99,p=1$");
    Object pace = get(hashing, "pace");
    beforeEachCall = () -> {
      set(pace, "costNanos", 1L);
      set(pace, "quantumNanos", 1L);
    };
  }

  @Override
  public void close() {
    server.close();
  }

  private static String signedUp(TestServer server) {
    return server.given().signedUp().getUser().getEmail();
  }

  private static String madeWith(int memoryKib, int iterations) {
    try (TestServer past = TestServer.start(
        TestMariaDb.shared(),
        "password.memory-kib",
        Integer.toString(memoryKib),
        "password.iterations",
        Integer.toString(iterations))) {
      return signedUp(past);
    }
  }

  private String disabled() {
    User user = server.given().signedUp().getUser();
    server
        .users()
        .disableUser(DisableUserRequest.newBuilder().setUserId(user.getId()).build());
    return user.getEmail();
  }

  private Comparison measure(String other, int pairs, boolean resetting) {
    Comparison comparison = Comparison.of(pairs);
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
    SignInRequest request = SignInRequest.newBuilder()
        .setEmail(email)
        .setPassword(Given.WRONG_PASSWORD)
        .build();
    beforeEachCall.run();
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

  private static void await(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
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

  private static void set(Object owner, String name, Object value) {
    try {
      field(owner, name).set(owner, value);
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
