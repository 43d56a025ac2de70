package dev.doorward.database;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A thread that follows a log: it does the same at an interval, and soon after being asked to. */
public final class Turns implements AutoCloseable {

  private final Runnable turn;
  private final long shortestNanos;
  private final AtomicBoolean asked = new AtomicBoolean();
  private final ScheduledExecutorService thread;
  private volatile boolean closed;

  /** Belongs to the thread. */
  private long turnedNanos;

  /**
   * @param shortest what is asked for in between waits together for the next turn
   * @param turn never throws
   */
  public Turns(String name, Duration shortest, Runnable turn) {
    this.turn = turn;
    this.shortestNanos = shortest.toNanos();
    this.turnedNanos = System.nanoTime() - shortestNanos;
    this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
      Thread worker = new Thread(work, name);
      worker.setDaemon(true);
      return worker;
    });
  }

  /** Begins now. */
  public void every(Duration interval) {
    every(interval, Duration.ZERO);
  }

  /** @param first how long until the first turn */
  public void every(Duration interval, Duration first) {
    thread.scheduleWithFixedDelay(
        this::take, first.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Asks for a turn that begins after this; false if there will be none, for this is closed. */
  public boolean soon() {
    if (closed) {
      return false;
    }
    return !asked.compareAndSet(false, true) || execute(this::takeSoon);
  }

  /** Runs something else on the thread; false if this is closed. */
  public boolean execute(Runnable work) {
    try {
      thread.execute(work);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Takes no more turns. */
  @Override
  public void close() {
    close(() -> {});
  }

  /** @param last runs on the thread, after the last turn */
  public void close(Runnable last) {
    closed = true;
    thread.execute(last);
    thread.shutdown();
  }

  private void takeSoon() {
    long rest = turnedNanos + shortestNanos - System.nanoTime();
    if (rest <= 0) {
      take();
    } else {
      thread.schedule(this::take, rest, TimeUnit.NANOSECONDS);
    }
  }

  private void take() {
    if (!closed) {
      asked.set(false);
      turnedNanos = System.nanoTime();
      turn.run();
    }
  }
}
