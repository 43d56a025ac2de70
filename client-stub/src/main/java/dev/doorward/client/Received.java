package dev.doorward.client;

import dev.doorward.nearcache.Position;
import dev.doorward.nearcache.Revoked;
import dev.doorward.v1.FeedHello;
import dev.doorward.v1.FeedPosition;
import dev.doorward.v1.LanePosition;
import dev.doorward.v1.Revocation;
import java.time.Duration;

/**
 * Reads what a server says. What none would say is an {@link IllegalArgumentException}, which ends the call or stream that
 * brought it: memory is not believed on such grounds.
 */
final class Received {

  /** The shortest lease that a server may ask for. */
  static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

  /** What a google.protobuf.Duration holds: 10,000 years. */
  private static final long MAX_SECONDS = 315_576_000_000L;

  private static final int NANOS_PER_SECOND = 1_000_000_000;
  private static final Duration LONGEST = Duration.ofDays(365);

  private Received() {}

  static Position position(FeedPosition position) {
    return Position.of(position.getEpoch(), position.getSeqsList());
  }

  static Duration lease(FeedHello hello) {
    return between(SHORTEST_LEASE, LONGEST, "lease", hello.getLease());
  }

  static Duration heartbeatInterval(FeedHello hello) {
    return between(
        Duration.ofMillis(1), LONGEST, "heartbeat_interval", hello.getHeartbeatInterval());
  }

  static int lane(Revocation revocation) {
    return lane(revocation.getLane());
  }

  static int lane(LanePosition position) {
    return lane(position.getLane());
  }

  static Revoked revoked(Revocation revocation) {
    String userId = revocation.getUserId();
    String sessionId = revocation.getSessionId();
    return switch (revocation.getKind()) {
      case REVOCATION_KIND_SESSION_REVOKED, REVOCATION_KIND_SESSION_CHANGED ->
        Revoked.one(userId, sessionId);
      case REVOCATION_KIND_USER_SESSIONS_REVOKED ->
        sessionId.isEmpty() ? Revoked.all(userId) : Revoked.allBut(userId, sessionId);
      case REVOCATION_KIND_USER_DISABLED,
          REVOCATION_KIND_USER_DELETED,
          REVOCATION_KIND_USER_CHANGED,
          REVOCATION_KIND_CALLER_KEY_REVOKED,
          REVOCATION_KIND_CALLER_CHANGED,
          REVOCATION_KIND_UNSPECIFIED,
          UNRECOGNIZED -> Revoked.all(userId);
    };
  }

  /** How long something goes on to be good. */
  static Duration rest(com.google.protobuf.Duration duration) {
    return between(Duration.ZERO, Duration.ofSeconds(MAX_SECONDS), "expires_in", duration);
  }

  private static int lane(int lane) {
    if (lane < 0 || lane >= Position.LANES) {
      throw new IllegalArgumentException(
          "lane: " + lane + " (expected: 0 to " + (Position.LANES - 1) + ")");
    }
    return lane;
  }

  private static Duration between(
      Duration least, Duration most, String field, com.google.protobuf.Duration given) {
    if (given.getSeconds() >= 0
        && given.getSeconds() <= MAX_SECONDS
        && given.getNanos() >= 0
        && given.getNanos() < NANOS_PER_SECOND) {
      Duration duration = Duration.ofSeconds(given.getSeconds(), given.getNanos());
      if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
        return duration;
      }
    }
    throw new IllegalArgumentException(field + ": " + given.getSeconds() + " s and "
        + given.getNanos() + " ns (expected: " + least + " to " + most + ")");
  }
}
