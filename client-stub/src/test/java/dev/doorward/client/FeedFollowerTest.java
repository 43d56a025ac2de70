package dev.doorward.client;

import static dev.doorward.v1.SessionServiceGrpc.getWatchRevocationsMethod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.doorward.nearcache.NearCacheSettings;
import dev.doorward.testing.Await;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Proxy;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.User;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What befalls the stream of revocations, and what memory answers meanwhile and afterwards. */
@ExtendWith(DoorwardExtension.class)
class FeedFollowerTest {

  /** Less than the 50 seconds after which gRPC itself takes a silent connection for dead. */
  private static final Duration LIMIT = Duration.ofSeconds(40);

  private final TestServer server;

  FeedFollowerTest(TestServer server) {
    this.server = server;
  }

  @Test
  void withoutAServerMemoryAnswersUntilTheLeaseEndsAndAfterThatNobodyDoes() {
    Duration lease = Duration.ofSeconds(8);
    try (TestServer patient =
            TestServer.start(TestMariaDb.shared(), "feed.lease", lease.toSeconds() + "s");
        Proxy network = Proxy.before(patient.port());
        DoorwardClient client =
            client("localhost:" + network.port(), NearCacheSettings.DEFAULT.withLease(lease))) {
      SessionValidator validator = client.validator();
      Session session = patient.given().session();
      awaitMemory(validator, session);

      network.refuse();
      long hits = validator.stats().hits();
      assertThat(validator.validate(session.getSessionToken())).isPresent();
      assertThat(validator.stats().hits()).isEqualTo(hits + 1);

      Await.until(LIMIT, "the lease ends", () -> validator.stats().leaseLeft().isZero());
      assertThat(catchThrowableOfType(
                  StatusRuntimeException.class, () -> validator.validate(session.getSessionToken()))
              .getStatus()
              .getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);

      network.pass();
      awaitMemory(validator, session);
    }
  }

  @Test
  void howeverLongAServerIsAwayItIsTriedEverySecondOrSo() {
    try (Proxy network = Proxy.before(server.port());
        DoorwardClient client = client("localhost:" + network.port(), NearCacheSettings.DEFAULT)) {
      SessionValidator validator = client.validator();
      Session session = server.given().session();
      awaitMemory(validator, session);

      network.cut();
      int before = network.connections();
      // gRPC alone pauses longer each time, and comes to eight.
      Await.until(LIMIT, "15 attempts", () -> network.connections() > before + 15);
      network.pass();

      awaitMemory(validator, session);
    }
  }

  @Test
  void aConnectionThatIsForgottenOnTheWayIsReplaced() {
    try (Proxy network = Proxy.before(server.port());
        DoorwardClient client = client("localhost:" + network.port(), NearCacheSettings.DEFAULT)) {
      SessionValidator validator = client.validator();
      Session session = server.given().session();
      awaitMemory(validator, session);

      network.forget();
      Await.until(LIMIT, "the lease ends", () -> validator.stats().leaseLeft().isZero());

      awaitMemory(validator, session);
    }
  }

  @Test
  void theServerMayAllowLessThanTheClientWouldTake() {
    Duration allowed = Duration.ofSeconds(1);
    try (TestServer strict = TestServer.start(TestMariaDb.shared(), "feed.lease", "1s");
        DoorwardClient client = client(
            "localhost:" + strict.port(),
            NearCacheSettings.DEFAULT.withLease(Duration.ofMinutes(10)))) {
      SessionValidator validator = client.validator();
      Session session = strict.given().session();

      awaitMemory(validator, session);

      assertThat(validator.stats().leaseLeft()).isLessThanOrEqualTo(allowed);
      strict.stop();
      Await.until(LIMIT, "the lease ends", () -> validator.stats().leaseLeft().isZero());
    }
  }

  @Test
  void aStreamThatEndsWithItsConnectionIsGoneOnWithAndNothingIsForgotten() throws IOException {
    try (FlakyServer restless = new FlakyServer(server, Duration.ofSeconds(1));
        DoorwardClient client = client(restless.target(), NearCacheSettings.DEFAULT)) {
      SessionValidator validator = client.validator();
      Session kept = server.given().session();
      Session revoked = server.given().session();
      awaitMemory(validator, kept);
      awaitMemory(validator, revoked);
      int streams = restless.attempts(getWatchRevocationsMethod());

      Await.until(
          LIMIT,
          "three more streams",
          () -> restless.attempts(getWatchRevocationsMethod()) > streams + 3);
      revoke(revoked);
      Await.until(
          LIMIT,
          "it is refused",
          () -> validator.validate(revoked.getSessionToken()).isEmpty());

      awaitMemory(validator, kept);
      assertThat(validator.stats().resets()).as("the first one alone").isOne();
      assertThat(validator.stats().evictions()).isOne();
    }
  }

  @Test
  void aHoleInTheStreamMakesMemoryBeginAnewAtOnceHoweverLongTheLease() throws IOException {
    try (TestServer patient = TestServer.start(TestMariaDb.shared(), "feed.lease", "5m");
        FlakyServer lossy = new FlakyServer(patient);
        DoorwardClient client =
            client(lossy.target(), NearCacheSettings.DEFAULT.withLease(Duration.ofMinutes(5)))) {
      SessionValidator validator = client.validator();
      User user = patient.given().user();
      Session first = patient.given().session(user);
      Session second = patient.given().session(user);
      Session kept = patient.given().session();
      awaitMemory(validator, first);
      awaitMemory(validator, second);
      awaitMemory(validator, kept);

      lossy.loseRevocations(1);
      revoke(first);
      revoke(second);

      Await.until(LIMIT, "memory begins anew", () -> validator.stats().resets() > 1);
      Await.until(
          LIMIT,
          "both are refused",
          () -> validator.validate(first.getSessionToken()).isEmpty()
              && validator.validate(second.getSessionToken()).isEmpty());
      awaitMemory(validator, kept);
    }
  }

  @Test
  void whatIsClosedLeavesNoStreamAndNoThread() throws IOException {
    try (FlakyServer between = new FlakyServer(server)) {
      long before = followers();
      DoorwardClient client = client(between.target(), NearCacheSettings.DEFAULT);
      awaitMemory(client.validator(), server.given().session());
      assertThat(between.openStreams()).isOne();
      assertThat(followers()).isEqualTo(before + 1);

      client.close();

      Await.until(LIMIT, "the stream has ended", () -> between.openStreams() == 0);
      Await.until(LIMIT, "the thread has ended", () -> followers() == before);
    }
  }

  private static DoorwardClient client(String target, NearCacheSettings settings) {
    return DoorwardClient.builder(target)
        .plaintext()
        .key(TestServer.sharedKey())
        .nearCache(settings)
        .build();
  }

  /** Until a lease is held, and the session is accepted from memory. */
  private static void awaitMemory(SessionValidator validator, Session session) {
    Await.until(LIMIT, "memory answers", () -> {
      long hits = validator.stats().hits();
      try {
        return validator.validate(session.getSessionToken()).isPresent()
            && validator.stats().hits() > hits;
      } catch (StatusRuntimeException e) {
        return false;
      }
    });
  }

  private void revoke(Session session) {
    server
        .sessions()
        .revokeSession(
            RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build());
  }

  private static long followers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("doorward-near-cache"))
        .count();
  }
}
