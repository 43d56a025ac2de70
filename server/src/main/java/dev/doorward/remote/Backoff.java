package dev.doorward.remote;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before what failed is tried again: longer each time, and not just as long as everybody else. */
final class Backoff {

  private static final int MOST_DOUBLINGS = 20;

  private final Duration first;
  private final Duration longest;
  private final RandomGenerator random;

  Backoff(Duration first, Duration longest, RandomGenerator random) {
    this.first = first;
    this.longest = longest;
    this.random = random;
  }

  /** Half a minute in all before somebody gives up: as long as a database takes to have another primary. */
  static Backoff ordinary() {
    return new Backoff(
        Duration.ofMillis(200), Duration.ofSeconds(10), RandomGenerator.getDefault());
  }

  /** @param failures how many there were in a row, at least 1 */
  Duration after(int failures) {
    long nanos =
        Math.min(longest.toNanos(), first.toNanos() << Math.min(failures - 1, MOST_DOUBLINGS));
    return Duration.ofNanos(random.nextLong(nanos / 2, nanos + 1));
  }
}
