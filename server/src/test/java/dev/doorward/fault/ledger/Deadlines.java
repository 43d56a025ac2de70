package dev.doorward.fault.ledger;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long a client waits for its first answer, and how long for each answer to the same question again. */
record Deadlines(Duration shortest, Duration longest, Duration again) {

  static final Deadlines PATIENT =
      new Deadlines(Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofSeconds(3));

  static final Deadlines HASTY =
      new Deadlines(Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofSeconds(5));

  Duration next(int attempt) {
    return attempt > 1
        ? again
        : Duration.ofNanos(
            ThreadLocalRandom.current().nextLong(shortest.toNanos(), longest.toNanos() + 1));
  }
}
