package dev.doorward.remote;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** How fast it went over the last seconds. */
final class Speed {

  private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

  private record Sample(long nanos, long amount) {}

  private final Deque<Sample> samples = new ArrayDeque<>();

  /** @param amount how much there is by then */
  void add(long nanos, long amount) {
    samples.add(new Sample(nanos, amount));
    while (samples.size() > 2 && nanos - samples.peekFirst().nanos() > WINDOW_NANOS) {
      samples.removeFirst();
    }
  }

  double perSecond() {
    if (samples.size() < 2) {
      return 0;
    }
    Sample first = samples.peekFirst();
    Sample last = samples.peekLast();
    return perSecond(last.amount() - first.amount(), last.nanos() - first.nanos());
  }

  static double perSecond(long amount, long nanos) {
    return nanos <= 0 ? 0 : amount * 1e9 / nanos;
  }
}
