package dev.doorward.rpc;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that run calls, which wait for the database most of the time. */
public final class Workers implements Executor, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Workers.class);

  /** From this version on a virtual thread that waits inside {@code synchronized} frees its carrier (JEP 491). */
  private static final int VIRTUAL_SINCE = 24;

  private final ExecutorService threads;
  private final Room room;

  private Workers(ExecutorService threads, int room) {
    this.threads = threads;
    this.room = new Room(room);
  }

  /**
   * Virtual threads where the JVM has good ones, a pool of that size elsewhere.
   *
   * @param room how much may be run or wait at once, over all
   */
  public static Workers start(String name, int size, int room) {
    if (Runtime.version().feature() >= VIRTUAL_SINCE) {
      try {
        return new Workers(
            (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null),
            room);
      } catch (ReflectiveOperationException e) {
        log.warn("This JVM has no virtual threads after all; calls run on {} threads", size);
      }
    }
    AtomicInteger number = new AtomicInteger();
    return new Workers(
        new ThreadPoolExecutor(
            size, size, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
              Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            }),
        room);
  }

  /** Throws a {@link dev.doorward.error.Refusal} if there is no room. */
  @Override
  public void execute(Runnable work) {
    room.enter();
    try {
      threads.execute(() -> {
        try {
          work.run();
        } finally {
          room.leave();
        }
      });
    } catch (RejectedExecutionException e) {
      room.leave();
      throw e;
    }
  }

  /** How much is run or waits. */
  public int taken() {
    return room.taken();
  }

  /** Takes nothing more; what waits is still done. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
