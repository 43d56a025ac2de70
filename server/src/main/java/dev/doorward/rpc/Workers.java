package dev.doorward.rpc;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that run calls, which wait for the database most of the time. */
public final class Workers {

  private static final Logger log = LoggerFactory.getLogger(Workers.class);

  /** From this version on a virtual thread that waits inside {@code synchronized} frees its carrier (JEP 491). */
  private static final int VIRTUAL_SINCE = 24;

  private Workers() {}

  /**
   * Virtual threads where the JVM has good ones, a pool of that size elsewhere. The connections bound how many calls there
   * are, and the pool of database connections how many run.
   */
  public static ExecutorService start(int size) {
    if (Runtime.version().feature() >= VIRTUAL_SINCE) {
      try {
        return (ExecutorService)
            Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
      } catch (ReflectiveOperationException e) {
        log.warn("This JVM has no virtual threads after all; calls run on {} threads", size);
      }
    }
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        size, size, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
          Thread thread = new Thread(work, "worker-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }
}
