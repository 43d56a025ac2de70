package dev.doorward.attempt;

import dev.doorward.attempt.AttemptMapper.Passed;
import dev.doorward.database.Database;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done about attempts after the call: it is tried again until the database takes it, for as long as that can
 * matter. And the sweep of counts that say nothing any longer, a small batch at a time, by primary key, round and round.
 */
public final class Upkeep implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

  private static final int MAX_WAITING = 10_000;
  private static final int MAX_TRIES = 600;
  private static final int BATCH = 1000;

  private final Database database;
  private final AttemptMapper attempts;
  private final AttemptConfig config;
  private final ScheduledThreadPoolExecutor thread;
  private String lastSubject = "";
  private String lastNetwork = "";

  public Upkeep(Database database, AttemptConfig config) {
    this.database = database;
    this.attempts = database.mapper(AttemptMapper.class);
    this.config = config;
    this.thread = new ScheduledThreadPoolExecutor(1, work -> {
      Thread worker = new Thread(work, "attempt-upkeep");
      worker.setDaemon(true);
      return worker;
    });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    long period = config.sweepInterval().toMillis();
    thread.scheduleWithFixedDelay(this::sweep, period, period, TimeUnit.MILLISECONDS);
  }

  /** Runs the work as a transaction, soon. What finds no room is left undone: then it counts as a failed attempt. */
  void later(Runnable work) {
    if (thread.getQueue().size() < MAX_WAITING) {
      thread.execute(() -> attempt(work, 1));
    }
  }

  private void attempt(Runnable work, int tries) {
    try {
      database.transaction(() -> {
        work.run();
        return null;
      });
    } catch (RuntimeException e) {
      if (tries < MAX_TRIES && !thread.isShutdown()) {
        thread.schedule(() -> attempt(work, tries + 1), 1, TimeUnit.SECONDS);
      } else {
        log.warn("An attempt to sign in was counted that should not be: {}", e.getMessage());
      }
    }
  }

  private void sweep() {
    try {
      lastSubject = sweepAccounts(lastSubject);
      lastNetwork = sweepNetworks(lastNetwork);
    } catch (RuntimeException e) {
      log.warn("Old counts of attempts could not be swept: {}", e.getMessage());
    }
  }

  /** @return after which row to go on, empty for the first */
  private String sweepAccounts(String after) {
    List<Passed> rows =
        database.read(() -> attempts.passAccounts(after, config.memoryMicros(), BATCH));
    List<String> forgotten = forgotten(rows);
    if (!forgotten.isEmpty()) {
      database.transaction(() -> attempts.deleteAccounts(forgotten, config.memoryMicros()));
    }
    return end(rows);
  }

  private String sweepNetworks(String after) {
    List<Passed> rows = database.read(() -> attempts.passNetworks(after, BATCH));
    List<String> forgotten = forgotten(rows);
    if (!forgotten.isEmpty()) {
      database.transaction(() -> attempts.deleteNetworks(forgotten));
    }
    return end(rows);
  }

  private static List<String> forgotten(List<Passed> rows) {
    return rows.stream().filter(Passed::forgotten).map(Passed::key).toList();
  }

  private static String end(List<Passed> rows) {
    return rows.size() < BATCH ? "" : rows.get(rows.size() - 1).key();
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
