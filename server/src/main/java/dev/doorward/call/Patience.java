package dev.doorward.call;

/** How long whoever asked for the current thread's work still waits for it. */
public interface Patience {

  /** Nanoseconds until nobody waits any longer, {@link Long#MAX_VALUE} if there is no end. */
  long nanosLeft();

  /** Throws a {@link dev.doorward.error.Refusal} if nobody waits any longer. */
  void check();

  /** Runs the action, quickly, as soon as nobody waits any longer. Closing takes that back. */
  Watch whenOver(Runnable action);

  /** The same work for another thread, waited for by the same caller. */
  Runnable carry(Runnable work);

  /** An action in waiting. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /** Of work that nobody waits for, such as a migration or a sweep. */
  Patience ENDLESS = new Patience() {
    @Override
    public long nanosLeft() {
      return Long.MAX_VALUE;
    }

    @Override
    public void check() {}

    @Override
    public Watch whenOver(Runnable action) {
      return () -> {};
    }

    @Override
    public Runnable carry(Runnable work) {
      return work;
    }
  };
}
