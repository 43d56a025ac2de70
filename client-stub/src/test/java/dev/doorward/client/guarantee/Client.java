package dev.doorward.client.guarantee;

import dev.doorward.client.Variant;
import dev.doorward.testing.WallClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** How a {@link PollingClient} is set up. */
record Client(
    Variant variant,
    Duration lease,
    Duration entryLifetime,
    Duration deadline,
    Map<String, String> environment) {

  static Client withLease(Duration lease) {
    return new Client(Variant.SOUND, lease, Duration.ofMinutes(1), lease, WallClock.REAL);
  }

  Client withEntryLifetime(Duration entryLifetime) {
    return new Client(variant, lease, entryLifetime, deadline, environment);
  }

  Client withDeadline(Duration deadline) {
    return new Client(variant, lease, entryLifetime, deadline, environment);
  }

  Client with(WallClock clock) {
    return new Client(variant, lease, entryLifetime, deadline, clock.environment());
  }

  Client as(Variant variant) {
    return new Client(variant, lease, entryLifetime, deadline, environment);
  }

  /** What {@link PollingClient} takes. */
  List<String> arguments(String target, String key) {
    return List.of(
        target,
        variant.name(),
        Long.toString(lease.toMillis()),
        Long.toString(entryLifetime.toMillis()),
        Long.toString(deadline.toMillis()),
        key);
  }
}
