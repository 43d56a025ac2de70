package dev.doorward.password;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets threads give way to all others: a hash takes a core for tens of milliseconds, and a validation that comes in between
 * is not to wait until the scheduler thinks that it was long enough. On Linux alone, where niceness is a thread's own.
 */
final class Niceness {

  private static final Logger log = LoggerFactory.getLogger(Niceness.class);

  /** A tenth of the weight that other threads have with the scheduler. */
  private static final int NICE = 10;

  /** Of setpriority(2): a process; under Linux, a thread. */
  private static final int PRIO_PROCESS = 0;

  private static final int CALLER = 0;

  private Niceness() {}

  /** Of the calling thread. */
  static void giveWay() {
    if (!Platform.isLinux()) {
      return;
    }
    try {
      C.LIBRARY.setpriority(PRIO_PROCESS, CALLER, NICE);
    } catch (UnsatisfiedLinkError e) {
      log.warn("Hashing has the priority of everything else: {}", e.getMessage());
    }
  }

  /** The system's C library. */
  interface C extends Library {
    C LIBRARY = Native.load("c", C.class);

    int setpriority(int which, int who, int priority);
  }
}
