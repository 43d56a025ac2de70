package dev.doorward.client.guarantee;

import dev.doorward.v1.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A session, and what the client was told about it. */
final class PolledSession {

  /** One question and its answer, in moments of the machine's monotonic clock. */
  record Poll(long beganNanos, long endedNanos, Outcome outcome) {

    boolean beganAfter(long nanos) {
      return beganNanos - nanos > 0;
    }

    boolean endedBefore(long nanos) {
      return endedNanos - nanos < 0;
    }
  }

  private final Session session;
  private final boolean kept;
  private final List<Poll> polls = new ArrayList<>();
  private Poll last;
  private Poll lastAccepted;
  private Long acknowledgedNanos;

  /** @param kept whether it is never revoked, and every poll of it is to be remembered */
  PolledSession(Session session, boolean kept) {
    this.session = session;
    this.kept = kept;
  }

  Session session() {
    return session;
  }

  boolean isKept() {
    return kept;
  }

  synchronized void hear(Poll poll) {
    last = poll;
    if (poll.outcome() == Outcome.ACCEPTED) {
      lastAccepted = poll;
    }
    if (kept) {
      polls.add(poll);
    }
  }

  /** Its revocation has been acknowledged just now. */
  synchronized void acknowledged() {
    acknowledgedNanos = System.nanoTime();
  }

  synchronized boolean isAcknowledged() {
    return acknowledgedNanos != null;
  }

  synchronized boolean wasAcknowledgedAfter(long nanos) {
    return acknowledgedNanos != null && acknowledgedNanos - nanos > 0;
  }

  /** Whether it may be accepted nowhere any more. */
  synchronized boolean isOverdue(Duration lease) {
    return acknowledgedNanos != null && System.nanoTime() - acknowledgedNanos > lease.toNanos();
  }

  synchronized boolean wasAccepted() {
    return lastAccepted != null;
  }

  synchronized boolean wasAcceptedAfter(long nanos) {
    return lastAccepted != null && lastAccepted.beganAfter(nanos);
  }

  synchronized boolean wasPolledWhenOverdue(Duration lease) {
    return last != null && last.beganAfter(acknowledgedNanos + lease.toNanos());
  }

  /** How long after the acknowledgement it was accepted, if that was longer than a lease. */
  synchronized Optional<Duration> acceptedTooLate(Duration lease) {
    return acknowledgedNanos != null && wasAcceptedAfter(acknowledgedNanos + lease.toNanos())
        ? Optional.of(Duration.ofNanos(lastAccepted.beganNanos() - acknowledgedNanos))
        : Optional.empty();
  }

  synchronized boolean saw(Outcome outcome, Predicate<Poll> when) {
    return polls.stream().anyMatch(poll -> poll.outcome() == outcome && when.test(poll));
  }
}
