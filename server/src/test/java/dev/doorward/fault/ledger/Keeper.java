package dev.doorward.fault.ledger;

import dev.doorward.development.EmbeddedMariaDb;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks after a MariaDB, as whoever runs one does: whenever it has died, be it long after what killed it, it is started again. */
final class Keeper implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofMillis(200);

  private final EmbeddedMariaDb mariaDb;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  Keeper(EmbeddedMariaDb mariaDb) {
    this.mariaDb = mariaDb;
    thread.scheduleWithFixedDelay(
        this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    if (ProcessHandle.of(mariaDb.pid()).isPresent()) {
      return;
    }
    try {
      mariaDb.restart();
    } catch (RuntimeException e) {
      // Where there is no room yet it does not start, and is tried again.
    }
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("MariaDB is still being started");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
