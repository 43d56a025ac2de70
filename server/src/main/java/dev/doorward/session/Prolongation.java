package dev.doorward.session;

import dev.doorward.database.Database;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the end of sessions that are in use, behind the back of the calls that use them. What it has no room for, or
 * fails at, the next validation asks for again.
 */
public final class Prolongation implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Prolongation.class);

  private static final int MAX_WAITING = 1024;

  private final Database database;
  private final SessionMapper sessions;
  private final SessionConfig config;
  private final Set<String> waiting = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor thread;

  public Prolongation(Database database, SessionConfig config) {
    this.database = database;
    this.sessions = database.mapper(SessionMapper.class);
    this.config = config;
    this.thread = new ThreadPoolExecutor(
        1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), work -> {
          Thread worker = new Thread(work, "session-prolongation");
          worker.setDaemon(true);
          return worker;
        });
  }

  /** A session with less than this to live is due. */
  long dueSeconds() {
    return Math.max(0, config.lifetime().minus(config.updateAge()).toSeconds());
  }

  void request(String sessionId) {
    if (waiting.add(sessionId)) {
      try {
        thread.execute(() -> prolong(sessionId));
      } catch (RejectedExecutionException e) {
        waiting.remove(sessionId);
      }
    }
  }

  private void prolong(String sessionId) {
    try {
      database.transaction(() -> sessions.prolong(
          sessionId,
          config.lifetime().toSeconds(),
          config.maxLifetime().toSeconds(),
          dueSeconds()));
    } catch (RuntimeException e) {
      log.warn("A session in use could not be prolonged: {}", e.getMessage());
    } finally {
      waiting.remove(sessionId);
    }
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
