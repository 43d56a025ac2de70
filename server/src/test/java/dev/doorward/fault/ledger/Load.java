package dev.doorward.fault.ledger;

import dev.doorward.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Clients that go on calling, whatever befalls the servers, until this is closed. */
final class Load implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Ledger ledger;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  Load(Supplier<Client> clients, Ledger ledger, int count) {
    this.ledger = ledger;
    for (int i = 0; i < count; i++) {
      Client client = clients.get();
      Thread thread = new Thread(
          () -> {
            while (!over) {
              client.live();
            }
          },
          "client-" + i);
      threads.add(thread);
      thread.start();
    }
  }

  /** Until so many calls more were acknowledged. */
  void awaitAcknowledged(long more) {
    long enough = ledger.acknowledged() + more;
    Await.until(LIMIT, more + " calls are acknowledged", () -> ledger.acknowledged() >= enough);
  }

  /** Until so many calls more were refused. */
  void awaitRefused(long more) {
    long enough = ledger.refused() + more;
    Await.until(LIMIT, more + " calls are refused", () -> ledger.refused() >= enough);
  }

  void awaitIntended(long more) {
    long enough = ledger.intended() + more;
    Await.until(LIMIT, more + " calls are made", () -> ledger.intended() >= enough);
  }

  /** A moment that no client has chosen. */
  static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Returns when the last call is settled. */
  @Override
  public void close() {
    over = true;
    Await.until(
        LIMIT, "the last call is settled", () -> threads.stream().noneMatch(Thread::isAlive));
  }
}
