package dev.doorward.database;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what has had its time, a small batch after the other, behind the back of the calls. Nothing depends on it but room:
 * what has ended is never found by any other statement. Several servers that sweep at once do each other no harm.
 */
public final class Sweeper implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

  private static final int BATCH = 1000;

  /** So that one kind of row does not keep the others waiting. */
  private static final int MAX_BATCHES = 100;

  private final Map<String, IntUnaryOperator> sweeps;
  private final Map<String, LongAdder> swept;
  private final ScheduledThreadPoolExecutor thread;

  /** @param sweeps by what they delete: each deletes so many at the most, and says how many it did */
  public Sweeper(Duration interval, Map<String, IntUnaryOperator> sweeps) {
    this.sweeps = Map.copyOf(sweeps);
    this.swept = sweeps.keySet().stream()
        .collect(Collectors.toUnmodifiableMap(what -> what, what -> new LongAdder()));
    this.thread = new ScheduledThreadPoolExecutor(1, work -> {
      Thread worker = new Thread(work, "sweeper");
      worker.setDaemon(true);
      return worker;
    });
    long period = interval.toMillis();
    // Servers that start together do not sweep together.
    long first = (period + ThreadLocalRandom.current().nextLong(period + 1)) / 2;
    thread.scheduleWithFixedDelay(this::sweep, first, period, TimeUnit.MILLISECONDS);
  }

  /** How many rows were deleted so far, by what they were. */
  public Map<String, LongSupplier> swept() {
    return swept.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> entry.getValue()::sum));
  }

  private void sweep() {
    sweeps.forEach((what, sweep) -> {
      try {
        int count = BATCH;
        for (int i = 0; i < MAX_BATCHES && count == BATCH; i++) {
          count = sweep.applyAsInt(BATCH);
          swept.get(what).add(count);
        }
      } catch (RuntimeException e) {
        log.warn("Old {} could not be swept: {}", what, e.getMessage());
      }
    });
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      thread.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
