package dev.doorward.remote;

import java.time.Duration;

/** How often in a row nothing has come of a stream, and the wait before the next one. */
final class Attempts {

  static final int MOST = 10;
  private static final Duration LONGEST_PUSHBACK = Duration.ofMinutes(1);

  private final Backoff backoff;
  private int failures;

  Attempts(Backoff backoff) {
    this.backoff = backoff;
  }

  /** A message was answered. */
  synchronized void succeeded() {
    failures = 0;
  }

  /** Whether the last stream is gone and no other has answered yet. */
  synchronized boolean failing() {
    return failures > 0;
  }

  /** Returns when it is time to try again; false if that is of no use, or has been of none too often. */
  boolean another(Failure failure) throws InterruptedException {
    if (!failure.passing() || !more()) {
      return false;
    }
    Thread.sleep(pause(failure).toMillis());
    return true;
  }

  private synchronized boolean more() {
    failures++;
    return failures < MOST;
  }

  private synchronized Duration pause(Failure failure) {
    Duration own = backoff.after(Math.max(1, failures));
    Duration asked = failure.retryAfter().compareTo(LONGEST_PUSHBACK) > 0
        ? LONGEST_PUSHBACK
        : failure.retryAfter();
    return own.compareTo(asked) > 0 ? own : asked;
  }
}
