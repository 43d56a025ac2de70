package dev.doorward.database;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down which statements take long: by name, without the values that they were given. */
public final class SlowStatements implements StatementWatch {

  private static final Logger log = LoggerFactory.getLogger(SlowStatements.class);

  private final long slowNanos;

  public SlowStatements(Duration slow) {
    this.slowNanos = slow.toNanos();
  }

  @Override
  public void ran(String statement, long nanos, boolean done) {
    if (nanos >= slowNanos) {
      log.warn(
          "{} {} {} ms",
          statement,
          done ? "took" : "failed after",
          TimeUnit.NANOSECONDS.toMillis(nanos));
    }
  }
}
