package dev.doorward.race;

import static dev.doorward.testing.Given.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.Race;
import dev.doorward.testing.Refusals;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.User;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three servers on one database, and somebody who guesses at all of them at once. */
class ParallelGuessesTest {

  private static final int GUESSES = 1000;
  private static final int FREE = 10;

  private static List<TestServer> servers;

  @BeforeAll
  static void start() {
    servers = Stream.generate(ParallelGuessesTest::startOne).limit(3).toList();
  }

  /** The first wait outlasts the race, so that nothing that the race allows hangs on how long it takes. */
  private static TestServer startOne() {
    return TestServer.start(TestMariaDb.shared(), "attempt.first-wait", "15m");
  }

  @AfterAll
  static void stop() {
    servers.forEach(TestServer::close);
  }

  @Test
  void aThousandGuessesAtOnceGetNoMoreThanTheFreeOnesAndNobodyElseNotices() {
    User user = servers.get(0).given().signedUp().getUser();
    List<User> others = Stream.generate(() -> servers.get(0).given().signedUp().getUser())
        .limit(8)
        .toList();
    long before = hashes();
    AtomicInteger signedIn = new AtomicInteger();

    List<Supplier<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < GUESSES; i++) {
      TestServer server = servers.get(i % servers.size());
      String guess = "guess " + i;
      calls.add(() -> signIn(server, user, guess));
    }
    for (int i = 0; i < others.size(); i++) {
      TestServer server = servers.get(i % servers.size());
      User other = others.get(i);
      calls.add(() -> signIn(server, other, PASSWORD) && signedIn.incrementAndGet() > 0);
    }
    Race<Boolean> race = Race.of(calls);

    Map<Reason, Integer> refusals = new EnumMap<>(Reason.class);
    for (StatusRuntimeException refusal : race.refusals()) {
      refusals.merge(Refusals.reason(refusal), 1, Integer::sum);
    }
    assertThat(refusals)
        .isEqualTo(
            Map.of(Reason.INVALID_CREDENTIALS, FREE, Reason.TOO_MANY_ATTEMPTS, GUESSES - FREE));
    assertThat(signedIn).hasValue(others.size());
    assertThat(hashes() - before).isEqualTo(FREE + others.size());
    assertThat(refusalOf(user)).isEqualTo(Reason.TOO_MANY_ATTEMPTS);

    endWait(user);
    assertThat(signIn(servers.get(2), user, PASSWORD)).isTrue();
  }

  @Test
  void ofManyAttemptsAfterAWaitOneIsLookedAt() {
    User user = servers.get(0).given().signedUp().getUser();
    Race.of(FREE, runner -> signIn(servers.get(runner % 3), user, "guess " + runner));
    endWait(user);
    long before = hashes();

    Race.of(90, runner -> signIn(servers.get(runner % 3), user, "guess " + runner));

    assertThat(hashes() - before).isEqualTo(1);
  }

  @Test
  void aStormOfRightPasswordsCostsNobodyTheirAccount() {
    User user = servers.get(0).given().signedUp().getUser();

    Race<Boolean> race = Race.of(FREE, runner -> signIn(servers.get(runner % 3), user, PASSWORD));

    assertThat(race.assertAllAnswered()).hasSize(FREE);
    assertThat(signIn(servers.get(1), user, PASSWORD)).isTrue();
    assertThat(servers.get(0).rows().count("account_attempts WHERE subject = ?", of(user)))
        .isZero();
  }

  /** As time does. */
  private static void endWait(User user) {
    assertThat(servers
            .get(0)
            .rows()
            .change(
                "UPDATE account_attempts SET blockedUntil = UTC_TIMESTAMP(6) WHERE subject = ?",
                of(user)))
        .isEqualTo(1);
  }

  private static String of(User user) {
    return "user:" + user.getId();
  }

  private static long hashes() {
    return servers.stream().mapToLong(TestServer::passwordHashes).sum();
  }

  private static Reason refusalOf(User user) {
    return Refusals.reason(Refusals.refusal(() -> signIn(servers.get(1), user, PASSWORD)));
  }

  private static boolean signIn(TestServer server, User user, String password) {
    return server
        .passwords()
        .signIn(SignInRequest.newBuilder()
            .setEmail(user.getEmail())
            .setPassword(password)
            .build())
        .hasSession();
  }
}
