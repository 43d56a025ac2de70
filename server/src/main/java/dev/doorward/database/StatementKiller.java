package dev.doorward.database;

import dev.doorward.call.Patience;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the statement that a connection runs once nobody waits for it any longer: by {@code KILL QUERY} over a connection
 * of its own, or, if the database does not even answer that, by closing the connection.
 */
public final class StatementKiller implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StatementKiller.class);

  private static final int THREADS = 2;
  private static final int MAX_WAITING = 256;

  private final Patience patience;
  private final ThreadPoolExecutor threads;

  public StatementKiller(Patience patience) {
    this.patience = patience;
    this.threads = new ThreadPoolExecutor(
        THREADS,
        THREADS,
        30,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(MAX_WAITING),
        work -> {
          Thread thread = new Thread(work, "statement-killer");
          thread.setDaemon(true);
          return thread;
        },
        // What finds no room ends by the socket's time-out.
        new ThreadPoolExecutor.DiscardPolicy());
    this.threads.allowCoreThreadTimeOut(true);
  }

  /** Watches over a connection until the guard is closed. */
  Guard guard(Connection connection) {
    return new Guard(connection);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** The watch over one unit of work. */
  final class Guard implements AutoCloseable {

    private final Connection connection;
    private final Patience.Watch watch;
    private boolean closed;

    private Guard(Connection connection) {
      this.connection = connection;
      this.watch = patience.whenOver(() -> threads.execute(this::stop));
    }

    /** Synchronized with {@link #close}, so that the next user of the connection is never the victim. */
    private synchronized void stop() {
      if (closed) {
        return;
      }
      try {
        // By the driver, which knows which of the URL's hosts the statement runs on: another has
        // threads of its own with the same numbers.
        connection.unwrap(org.mariadb.jdbc.Connection.class).cancelCurrentQuery();
      } catch (SQLException e) {
        log.warn("A statement that nobody waits for could not be stopped; closing its connection");
        abort();
      }
    }

    private void abort() {
      try {
        connection.abort(threads);
      } catch (SQLException e) {
        log.warn("The connection of a statement that nobody waits for could not be closed");
      }
    }

    @Override
    public void close() {
      watch.close();
      synchronized (this) {
        closed = true;
      }
    }
  }
}
