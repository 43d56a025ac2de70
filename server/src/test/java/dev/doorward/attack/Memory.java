package dev.doorward.attack;

import dev.doorward.testing.Await;
import io.grpc.netty.shaded.io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** What this process, server and attackers alike, holds on to: on the heap after a collection, and beside it. */
record Memory(long heap, long direct) {

  private static final long HEAP_MARGIN = 32 << 20;

  /** The network's buffers are pooled, and a pool keeps some for the next time. */
  private static final long DIRECT_MARGIN = 64 << 20;

  static Memory now() {
    System.gc();
    return new Memory(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        Math.max(0, PlatformDependent.usedDirectMemory()));
  }

  /** Until it is back to this, but for a margin. */
  void awaitReturn() {
    Await.until(Duration.ofSeconds(60), "memory returns to " + this, () -> {
      Memory now = now();
      return now.heap <= heap + HEAP_MARGIN && now.direct <= direct + DIRECT_MARGIN;
    });
  }
}
