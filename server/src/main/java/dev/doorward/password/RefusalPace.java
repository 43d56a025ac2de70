package dev.doorward.password;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * When an attempt at a password is refused: at a moment that tells nothing of what was found, be it nobody, nobody's password,
 * or a hash with whatever parameters. Until then nobody works and no thread waits.
 *
 * <p>That moment is a quantum after the call began or, if the call had to wait for a thread, after its hash began: how long
 * it waited says nothing of whom it is about, how long its reads and its hash took might. What takes longer than a quantum is
 * answered after the next one. A quantum is some four hashes with today's parameters, and changes only by a factor of two,
 * when hashes have become that much slower or faster: so no single one is to be seen in it.
 */
final class RefusalPace implements AutoCloseable {

  /** Weight of the newest hash in the running mean of what one costs. */
  private static final int MEAN_OVER = 8;

  /** How many hashes long a quantum is at first, and about. */
  private static final int HASHES = 4;

  /** What part of a quantum the reads before a hash may take without being seen. */
  private static final int READS = 8;

  /** What part of a quantum is added at random: there the microseconds are lost that a processor is slower after other work. */
  private static final int BLUR = 32;

  private final ScheduledThreadPoolExecutor thread;
  private volatile long costNanos;
  private volatile long quantumNanos;

  RefusalPace() {
    thread = new ScheduledThreadPoolExecutor(1, work -> {
      Thread refusing = new Thread(work, "password-refusals");
      refusing.setDaemon(true);
      return refusing;
    });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  /** What a hash with today's parameters costs, by the last few. */
  long costNanos() {
    return costNanos;
  }

  long quantumNanos() {
    return quantumNanos;
  }

  /** Another one with today's parameters is done. */
  synchronized void took(long nanos) {
    if (quantumNanos == 0) {
      costNanos = nanos;
      quantumNanos = HASHES * Math.max(1, nanos);
      return;
    }
    costNanos += (nanos - costNanos) / MEAN_OVER;
    if (HASHES * costNanos > 2 * quantumNanos) {
      quantumNanos *= 2;
    } else if (HASHES * costNanos < quantumNanos / 2) {
      quantumNanos /= 2;
    }
  }

  /** When to refuse what was refused without a hash. */
  CompletionStage<Void> afterReads(long began) {
    return at(due(began, Math.max(1, quantumNanos / READS), System.nanoTime()));
  }

  /**
   * When to refuse a password that is wrong.
   *
   * @param hashed when its hash began
   */
  CompletionStage<Void> afterHash(long began, long hashed) {
    long quantum = quantumNanos;
    long from = began + Math.max(quantum / READS, hashed - began);
    long blur = ThreadLocalRandom.current().nextLong(quantum / BLUR + 1);
    return at(due(from, quantum, System.nanoTime()) + blur);
  }

  /** The first whole number of quanta from then on that is not over. */
  static long due(long from, long quantum, long now) {
    return from + quantum * Math.max(1, Math.floorDiv(now - from, quantum) + 1);
  }

  private CompletionStage<Void> at(long nanoTime) {
    CompletableFuture<Void> moment = new CompletableFuture<>();
    thread.schedule(
        () -> moment.complete(null), nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
    return moment;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
