package dev.doorward.session;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static dev.doorward.testing.Refusals.reason;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.development.MariaDbFaults;
import dev.doorward.error.Reason;
import dev.doorward.testing.Await;
import dev.doorward.testing.StatementLog;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Consistency;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.EnableUserRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.RevokeUserSessionsRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.ValidateSessionResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Validations that a server answers from memory: two servers on one MariaDB. */
class ServerCacheTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** What the contract promises of CONSISTENCY_CACHED. */
  private static final Duration LEASE = Duration.ofSeconds(1);

  private static EmbeddedMariaDb mariaDb;
  private static TestServer here;
  private static TestServer there;

  @BeforeAll
  static void start() {
    mariaDb = TestMariaDb.fresh();
    here = TestServer.start(mariaDb);
    there = TestServer.start(mariaDb);
  }

  @AfterAll
  static void stop() {
    here.close();
    there.close();
    mariaDb.close();
  }

  @Test
  void anAnswerFromMemoryIsTheOneFromTheDatabase() {
    Session session = here.given().session();

    ValidateSessionResponse fresh = validate(here, session, Consistency.CONSISTENCY_FRESH);
    ValidateSessionResponse first = cached(here, session);
    ValidateSessionResponse second = cached(here, session);

    assertThat(fresh.getAsOf().getLane())
        .isEqualTo(dev.doorward.revocation.Revocation.lane(session.getUserId()));
    assertThat(Durations.toSeconds(fresh.getExpiresIn()))
        .isBetween(Duration.ofDays(6).toSeconds(), Duration.ofDays(7).toSeconds());
    assertThat(fresh.toBuilder().clearAsOf().clearExpiresIn().build())
        .isEqualTo(first)
        .isEqualTo(second);
  }

  @Test
  void aSessionThatIsInMemoryCostsTheDatabaseNothing() {
    Session session = here.given().session();
    try (StatementLog log = StatementLog.start(here.rows())) {
      // The first one reads, and so do all for a moment after trouble with the database.
      Await.until(
          LIMIT,
          "the answer comes from memory",
          () -> log.of(() -> cached(here, session)).isEmpty());
      assertThat(log.of(() -> validate(here, session, Consistency.CONSISTENCY_FRESH)))
          .hasSize(1);
    }
  }

  @Test
  void whatThisServerRevokesItRefusesFromThatMomentOn() {
    Session session = here.given().session();
    cached(here, session);

    revoke(here, session);

    assertGone(() -> cached(here, session));
  }

  /** A read that began before the revocation may end after it, and must not be kept. */
  @Test
  void aReadThatTheRevocationOvertookIsNotKept() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      Session session = here.given().session();
      AtomicBoolean revoked = new AtomicBoolean();
      Thread reader = new Thread(() -> {
        while (!revoked.get()) {
          try {
            validate(here, session, Consistency.CONSISTENCY_FRESH);
          } catch (StatusRuntimeException e) {
            return;
          }
        }
      });
      reader.start();
      cached(here, session);
      revoke(here, session);
      revoked.set(true);

      assertGone(() -> cached(here, session));
      reader.join();
    }
  }

  @Test
  void disablingAndEnablingAUserCountsAtOnce() {
    Session session = here.given().session();
    cached(here, session);

    here.users()
        .disableUser(
            DisableUserRequest.newBuilder().setUserId(session.getUserId()).build());
    assertGone(() -> cached(here, session));
    here.users()
        .enableUser(
            EnableUserRequest.newBuilder().setUserId(session.getUserId()).build());
    Session another = here.given().session(user(session));
    assertThat(cached(here, another).getUser().getId()).isEqualTo(session.getUserId());
  }

  @Test
  void aChangedUserIsAnsweredAsChanged() {
    Session session = here.given().session();
    cached(here, session);

    here.users()
        .updateUser(UpdateUserRequest.newBuilder()
            .setUser(User.newBuilder().setId(session.getUserId()).setName("Grace"))
            .build());

    assertThat(cached(here, session).getUser().getName()).isEqualTo("Grace");
  }

  @Test
  void theOneSessionThatGoesOnStays() {
    Session kept = here.given().session();
    Session other = here.given().session(user(kept));
    cached(here, kept);
    cached(here, other);

    here.sessions()
        .revokeUserSessions(RevokeUserSessionsRequest.newBuilder()
            .setUserId(kept.getUserId())
            .setKeepSessionId(kept.getId())
            .build());

    assertGone(() -> cached(here, other));
    assertThat(cached(here, kept).getSession().getId()).isEqualTo(kept.getId());
  }

  @Test
  void whatAnotherServerRevokesIsRefusedHereWithinTheLease() {
    for (int round = 0; round < 10; round++) {
      Session session = here.given().session();
      cached(here, session);
      revoke(there, session);
      long acknowledged = System.nanoTime();

      long lastAccepted = acknowledged;
      for (long asked = acknowledged; isAccepted(session); asked = System.nanoTime()) {
        lastAccepted = asked;
      }

      assertThat(Duration.ofNanos(lastAccepted - acknowledged)).isLessThan(LEASE);
    }
  }

  @Test
  void aFreshAnswerKnowsWhatEveryServerRevoked() {
    for (int round = 0; round < 50; round++) {
      Session session = here.given().session();
      cached(here, session);
      revoke(there, session);
      assertGone(() -> validate(here, session, Consistency.CONSISTENCY_FRESH));
    }
  }

  @Test
  void withoutTheDatabaseMemoryIsBelievedNoLongerThanTheLease() {
    Session session = here.given().session();
    cached(here, session);
    AtomicLong lastAccepted = new AtomicLong();

    MariaDbFaults.pause(mariaDb);
    try {
      long paused = System.nanoTime();
      lastAccepted.set(paused);
      Await.until(LIMIT, "the server can't tell", () -> {
        long asked = System.nanoTime();
        try {
          here.sessions()
              .withDeadlineAfter(500, TimeUnit.MILLISECONDS)
              .validateSession(request(session, Consistency.CONSISTENCY_CACHED));
          lastAccepted.set(asked);
          return false;
        } catch (StatusRuntimeException e) {
          assertThat(e.getStatus().getCode())
              .isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
          return true;
        }
      });
      assertThat(Duration.ofNanos(lastAccepted.get() - paused))
          .isPositive() // From memory it was, then.
          .isLessThan(LEASE);
    } finally {
      MariaDbFaults.resume(mariaDb);
    }
    Await.until(LIMIT, "the server answers again", () -> isAccepted(session));
  }

  @Test
  void waitEverywhereReturnsOnceNoServerAcceptsTheSession() {
    try (TestServer leasing = TestServer.start(mariaDb, "feed.lease", "1s")) {
      Session session = here.given().session();
      cached(here, session);
      long asked = System.nanoTime();

      leasing
          .sessions()
          .revokeSession(RevokeSessionRequest.newBuilder()
              .setSessionId(session.getId())
              .setWaitEverywhere(true)
              .build());

      assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThan(LEASE);
      assertGone(() -> cached(here, session));
    }
  }

  @Test
  void anUnknownConsistencyIsRefused() {
    Session session = here.given().session();

    assertInvalid(
        () -> here.sessions()
            .validateSession(request(session, Consistency.CONSISTENCY_CACHED).toBuilder()
                .setConsistencyValue(7)
                .build()),
        "consistency");
  }

  private static boolean isAccepted(Session session) {
    try {
      cached(here, session);
      return true;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
        assertThat(reason(e)).isEqualTo(Reason.SESSION_NOT_FOUND);
      }
      return false;
    }
  }

  private static User user(Session session) {
    return User.newBuilder().setId(session.getUserId()).build();
  }

  private static ValidateSessionResponse cached(TestServer server, Session session) {
    return validate(server, session, Consistency.CONSISTENCY_CACHED);
  }

  private static ValidateSessionResponse validate(
      TestServer server, Session session, Consistency consistency) {
    return server.sessions().validateSession(request(session, consistency));
  }

  private static ValidateSessionRequest request(Session session, Consistency consistency) {
    return ValidateSessionRequest.newBuilder()
        .setSessionToken(session.getSessionToken())
        .setConsistency(consistency)
        .build();
  }

  private static void revoke(TestServer server, Session session) {
    server
        .sessions()
        .revokeSession(
            RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build());
  }

  private static void assertGone(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertRefused(Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND, call);
  }
}
