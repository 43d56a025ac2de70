package dev.doorward.caller;

import static dev.doorward.testing.Refusals.assertRefused;
import static dev.doorward.testing.Refusals.reason;
import static dev.doorward.testing.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.development.MariaDbFaults;
import dev.doorward.error.Reason;
import dev.doorward.testing.Await;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.testing.Watch;
import dev.doorward.v1.CreateCallerKeyRequest;
import dev.doorward.v1.CreateCallerKeyResponse;
import dev.doorward.v1.GetFeedHeadRequest;
import dev.doorward.v1.RevocationKind;
import dev.doorward.v1.RevokeCallerKeyRequest;
import dev.doorward.v1.Role;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Keys that end while they are in use: two servers on one MariaDB. */
class CallerRevocationTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** What the contract promises of a revoked key. */
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
  void whatAnotherServerRevokesIsRefusedHereWithinTheLease() {
    for (int round = 0; round < 5; round++) {
      CreateCallerKeyResponse key = here.given().callerKey(Role.ROLE_VALIDATOR);
      assertThat(isAccepted(key)).isTrue();
      revoke(there, key);
      long acknowledged = System.nanoTime();

      long lastAccepted = acknowledged;
      for (long asked = acknowledged; isAccepted(key); asked = System.nanoTime()) {
        lastAccepted = asked;
      }

      assertThat(Duration.ofNanos(lastAccepted - acknowledged)).isLessThan(LEASE);
    }
  }

  @Test
  void whatThisServerRevokesItRefusesFromThatMomentOn() {
    for (int round = 0; round < 20; round++) {
      CreateCallerKeyResponse key = here.given().callerKey(Role.ROLE_VALIDATOR);
      assertThat(isAccepted(key)).isTrue();

      revoke(here, key);

      assertThat(isAccepted(key)).isFalse();
    }
  }

  @Test
  void theStreamsOfARevokedKeyEndOnEveryServer() {
    CreateCallerKeyResponse key = here.given().callerKey(Role.ROLE_VALIDATOR);
    CreateCallerKeyResponse neighbour = here.given().callerKey(Role.ROLE_VALIDATOR);
    try (Watch stream = Watch.fromNow(here.channelWith("Bearer " + key.getKey()));
        Watch other = Watch.fromNow(here.channelWith("Bearer " + neighbour.getKey()))) {
      revoke(there, key);

      assertEnded(stream, Status.Code.UNAUTHENTICATED, Reason.CALLER_UNAUTHENTICATED);
      other.await(
          revocation -> revocation.getKind() == RevocationKind.REVOCATION_KIND_CALLER_KEY_REVOKED
              && revocation.getSessionId().equals(key.getCallerKey().getId()));
      assertThat(other.hasEnded()).isFalse();
    }
  }

  @Test
  void theStreamsOfAnExpiredKeyEnd() {
    CreateCallerKeyResponse key = here.given().callerKey(Role.ROLE_VALIDATOR);
    here.rows()
        .change(
            "UPDATE caller_key SET expires = UTC_TIMESTAMP(6) + INTERVAL 2 SECOND WHERE id = ?",
            key.getCallerKey().getId());
    try (Watch stream = Watch.fromNow(here.channelWith("Bearer " + key.getKey()))) {
      assertEnded(stream, Status.Code.UNAUTHENTICATED, Reason.CALLER_UNAUTHENTICATED);
    }
  }

  @Test
  void theStreamsOfACallerThatLosesItsRoleEnd() {
    CreateCallerKeyResponse key = here.given().callerKey(Role.ROLE_VALIDATOR);
    try (Watch stream = Watch.fromNow(here.channelWith("Bearer " + key.getKey()))) {
      there
          .callers()
          .createCallerKey(CreateCallerKeyRequest.newBuilder()
              .setCallerName(key.getCallerKey().getCallerName())
              .addRoles(Role.ROLE_DIRECTORY)
              .build());

      assertEnded(stream, Status.Code.PERMISSION_DENIED, Reason.ROLE_REQUIRED);
    }
  }

  /** The feed is called by streams' messages and their ends, and must survive both. */
  @Test
  void theFeedGoesOnAfterAStreamWasEnded() {
    CreateCallerKeyResponse key = here.given().callerKey(Role.ROLE_VALIDATOR);
    try (Watch stream = Watch.fromNow(here.channelWith("Bearer " + key.getKey()));
        Watch other = Watch.fromNow(here.channel())) {
      revoke(there, key);
      stream.awaitEnd();
      CreateCallerKeyResponse next = here.given().callerKey(Role.ROLE_VALIDATOR);
      revoke(there, next);

      other.await(
          revocation -> revocation.getSessionId().equals(next.getCallerKey().getId()));
    }
  }

  @Test
  void withoutTheDatabaseAKeyIsBelievedNoLongerThanTheLease() {
    CreateCallerKeyResponse key = here.given().callerKey(Role.ROLE_VALIDATOR);
    assertThat(isKnown(key)).isTrue();

    MariaDbFaults.pause(mariaDb);
    try {
      Await.until(LIMIT, "the server can't tell who calls", () -> !isKnown(key));
    } finally {
      MariaDbFaults.resume(mariaDb);
    }
    Await.until(LIMIT, "the server answers again", () -> refusalOf(key) == null);
  }

  private static void assertEnded(Watch stream, Status.Code code, Reason reason) {
    assertRefused(code, reason, () -> {
      throw stream.awaitEnd();
    });
  }

  private static boolean isAccepted(CreateCallerKeyResponse key) {
    StatusRuntimeException refusal = refusalOf(key);
    if (refusal != null) {
      assertThat(reason(refusal)).isEqualTo(Reason.CALLER_UNAUTHENTICATED);
    }
    return refusal == null;
  }

  /** Whether the server gets as far as to complain about the request, for which it needs no database. */
  private static boolean isKnown(CreateCallerKeyResponse key) {
    StatusRuntimeException refusal =
        refusal(() -> SessionServiceGrpc.newBlockingStub(here.channelWith("Bearer " + key.getKey()))
            .withDeadlineAfter(5, TimeUnit.SECONDS)
            .validateSession(ValidateSessionRequest.getDefaultInstance()));
    return refusal.getStatus().getCode() == Status.Code.INVALID_ARGUMENT;
  }

  /** Null if the call succeeds. */
  private static StatusRuntimeException refusalOf(CreateCallerKeyResponse key) {
    try {
      SessionServiceGrpc.newBlockingStub(here.channelWith("Bearer " + key.getKey()))
          .withDeadlineAfter(5, TimeUnit.SECONDS)
          .getFeedHead(GetFeedHeadRequest.getDefaultInstance());
      return null;
    } catch (StatusRuntimeException e) {
      return e;
    }
  }

  private static void revoke(TestServer server, CreateCallerKeyResponse key) {
    server
        .callers()
        .revokeCallerKey(RevokeCallerKeyRequest.newBuilder()
            .setKeyId(key.getCallerKey().getId())
            .build());
  }
}
