package dev.doorward;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What to close, the newest first, when the process is asked to stop. */
public final class Shutdown {

  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  public Shutdown() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::closeAll, "shutdown"));
  }

  public synchronized <T extends AutoCloseable> T add(T opened) {
    open.push(opened);
    return opened;
  }

  private synchronized void closeAll() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        log.warn("closing failed", e);
      }
    }
  }
}
