package dev.doorward.rpc;

import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;

/** Room for so many at once; whoever comes when there is none is refused and told when to come back. */
public final class Room {

  private static final Duration RETRY_AFTER = Duration.ofMillis(200);

  private final int size;
  private final Semaphore places;

  public Room(int size) {
    this.size = size;
    this.places = new Semaphore(size);
  }

  /** How many are in. */
  int taken() {
    return size - places.availablePermits();
  }

  /** Throws a {@link Refusal} if there is no room. Whoever is in has to {@link #leave}. */
  public void enter() {
    if (!tryEnter()) {
      throw overloaded();
    }
  }

  boolean tryEnter() {
    return places.tryAcquire();
  }

  public void leave() {
    places.release();
  }

  static Refusal overloaded() {
    return Refusal.forNow(
        Reason.OVERLOADED,
        "more calls are in flight than the server takes",
        // Those who are turned away together do not come back together.
        RETRY_AFTER.plusMillis(ThreadLocalRandom.current().nextLong(RETRY_AFTER.toMillis())),
        null);
  }
}
