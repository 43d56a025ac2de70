package dev.doorward.development;

import dev.doorward.testing.Signal;
import java.util.concurrent.TimeUnit;

/** What befalls a database: it hangs, it goes on, it dies. */
public final class MariaDbFaults {

  private MariaDbFaults() {}

  /** Stops the server in mid-air: its connections stay open, and nothing answers. */
  public static void pause(EmbeddedMariaDb mariaDb) {
    Signal.STOP.send(mariaDb.pid());
  }

  public static void resume(EmbeddedMariaDb mariaDb) {
    Signal.CONT.send(mariaDb.pid());
  }

  /** As by the kernel when memory runs out; returns when the server is gone. */
  public static void kill(EmbeddedMariaDb mariaDb) {
    ProcessHandle server = ProcessHandle.of(mariaDb.pid()).orElseThrow();
    server.destroyForcibly();
    server.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
