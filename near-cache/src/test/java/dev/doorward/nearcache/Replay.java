package dev.doorward.nearcache;

import dev.doorward.nearcache.Protocol.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A history of the {@link Protocol} with one cache and without pauses, done to a {@link NearCache}. */
final class Replay {

  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration ENDLESS = Duration.ofDays(365);
  private static final int LANE = 7;
  private static final TokenKey KEY = TokenKey.of("dws_ada");

  private final NearCache<String> cache;
  private long nowNanos = Long.MAX_VALUE - TICK.toNanos(); // So that it overflows on the way.

  private int revokedAs;
  private int headRead;
  private int asOf;
  private NearCache<String>.Probe probe;
  private NearCache<String>.Fill fill;

  private Replay(int leaseTicks, Rules rules) {
    this.cache = new NearCache<>(
        new NearCacheSettings(TICK.multipliedBy(leaseTicks), ENDLESS, Duration.ZERO, 10),
        () -> nowNanos,
        rules);
    cache.reset(position(0));
  }

  static Replay of(List<Step> history, int leaseTicks, Rules rules) {
    Replay replay = new Replay(leaseTicks, rules);
    history.forEach(replay::take);
    return replay;
  }

  /** Whether the session is accepted now. */
  boolean accepts() {
    return cache.get(KEY).isPresent();
  }

  long position() {
    return cache.position().seq(LANE);
  }

  long leaseLeftTicks() {
    return cache.stats().leaseLeft().dividedBy(TICK);
  }

  private void take(Step step) {
    switch (step.act()) {
      case TIME_PASSES -> nowNanos += TICK.toNanos();
      case REVOKE -> revokedAs = step.number();
      case ASK_HEAD -> probe = cache.probe();
      case READ_HEAD -> headRead = step.number();
      case HEAD_ARRIVES -> probe.answered(position(headRead));
      case HEARTBEAT -> cache.heartbeat();
      case ASK_SESSION -> fill = cache.fill(KEY);
      case READ_SESSION, READ_NUMBER -> asOf = step.number();
      case SESSION_ARRIVES -> fill.good("Ada", "ada", "ada's", LANE, asOf, ENDLESS);
      case APPLY, APPLY_PAST, APPLY_AGAIN ->
        cache.apply(
            LANE,
            step.number(),
            Revoked.one("ada", step.number() == revokedAs ? "ada's" : "another"));
      case RESET -> cache.reset(position(step.number()));
      case REVOKE_OTHER, HIT -> {
        // Nothing that the cache would keep.
      }
      case BEGIN_APPLY, END_APPLY, READ_LEASE, LOOK_UP ->
        throw new IllegalArgumentException("a pause: " + step);
    }
  }

  private static Position position(long seq) {
    List<Long> seqs = new ArrayList<>(Collections.nCopies(Position.LANES, 0L));
    seqs.set(LANE, seq);
    return Position.of("epoch", seqs);
  }
}
