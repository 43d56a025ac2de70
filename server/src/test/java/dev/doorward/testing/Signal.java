package dev.doorward.testing;

import java.io.IOException;

/** What is done to a process from outside. */
public enum Signal {
  /** It stands still in mid-air: its connections stay open, and nothing answers. */
  STOP,
  /** It goes on. */
  CONT,
  /** As a terminal sends to all that runs in it. */
  INT,
  /** A JVM writes down what time it is and what its threads do. */
  QUIT,
  /** As by the kernel when memory runs out. */
  KILL;

  public void send(long pid) {
    try {
      int status =
          new ProcessBuilder("sh", "-c", "kill -" + name() + " " + pid).start().waitFor();
      if (status != 0) {
        throw new IllegalStateException("kill -" + name() + " " + pid + ": status " + status);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
