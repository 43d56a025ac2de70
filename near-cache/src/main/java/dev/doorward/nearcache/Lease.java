package dev.doorward.nearcache;

import java.util.ArrayDeque;
import java.util.Deque;

/** Until when the cache may be believed. All but the volatile fields is guarded by the cache's lock. */
final class Lease {

  /** An answer that the feed has not caught up with for this many probes is given up. */
  private static final int MAX_WAITING = 8;

  private record Probe(long startNanos, Position head) {}

  private final Rules rules;
  private volatile long lengthNanos;
  private final Deque<Probe> waiting = new ArrayDeque<>();
  private volatile long endNanos;
  private volatile long lagNanos;

  Lease(long lengthNanos, Rules rules, long nowNanos) {
    this.lengthNanos = lengthNanos;
    this.rules = rules;
    this.endNanos = nowNanos;
  }

  long endNanos() {
    return endNanos;
  }

  long lengthNanos() {
    return lengthNanos;
  }

  /** Leases from now on last no longer than this. */
  void limit(long nanos) {
    lengthNanos = Math.min(lengthNanos, nanos);
  }

  long lagNanos() {
    return lagNanos;
  }

  /** Asks for a lease from {@code startNanos}, as soon as the feed has come as far as {@code head}. */
  void request(long startNanos, Position head) {
    if (waiting.size() == MAX_WAITING) {
      waiting.removeFirst();
    }
    waiting.addLast(new Probe(startNanos, head));
  }

  void reached(long[] position, long nowNanos) {
    while (!waiting.isEmpty() && rules.isCaughtUp(position, waiting.peekFirst().head())) {
      long start = waiting.removeFirst().startNanos();
      if (start + lengthNanos - endNanos > 0) {
        endNanos = start + lengthNanos;
      }
      lagNanos = nowNanos - start;
    }
  }

  void end(long nowNanos) {
    waiting.clear();
    endNanos = nowNanos;
  }
}
