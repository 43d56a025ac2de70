package dev.doorward.development;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** What befalls a database: it hangs, it goes on, it dies. */
public final class MariaDbFaults {

  private MariaDbFaults() {}

  /** Stops the server in mid-air: its connections stay open, and nothing answers. */
  public static void pause(EmbeddedMariaDb mariaDb) {
    signal("STOP", mariaDb.pid());
  }

  public static void resume(EmbeddedMariaDb mariaDb) {
    signal("CONT", mariaDb.pid());
  }

  /** As by the kernel when memory runs out; returns when the server is gone. */
  public static void kill(EmbeddedMariaDb mariaDb) {
    ProcessHandle server = ProcessHandle.of(mariaDb.pid()).orElseThrow();
    server.destroyForcibly();
    server.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  static void signal(String name, long pid) {
    try {
      int status =
          new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid).start().waitFor();
      if (status != 0) {
        throw new IllegalStateException("kill -" + name + " " + pid + ": status " + status);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
