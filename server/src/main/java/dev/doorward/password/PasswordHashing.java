package dev.doorward.password;

import dev.doorward.Config;
import dev.doorward.call.Patience;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hashes passwords on a few threads of its own, which give way to all others, so that a storm of sign-ins can't take the
 * processor or the database from anything else. What would have to wait longer than its caller does is refused at once; whose caller is gone by its turn
 * is dropped.
 */
public final class PasswordHashing implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PasswordHashing.class);

  /** Weight of the newest hash in the running mean of what one costs. */
  private static final int MEAN_OVER = 8;

  private final Argon2id argon2;
  private final Patience patience;
  private final ThreadPoolExecutor threads;
  private final AtomicLong meanNanos = new AtomicLong();
  private final LongAdder count = new LongAdder();
  private final String decoy;

  public PasswordHashing(Config.Passwords config, Patience patience) {
    Path library = NativeArgon2.load(config.argon2Library());
    this.argon2 = new Argon2id(config);
    this.patience = patience;
    this.threads = new ThreadPoolExecutor(
        config.threads(),
        config.threads(),
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(config.queue()),
        work -> {
          Thread thread = new Thread(
              () -> {
                Niceness.giveWay();
                work.run();
              },
              "password-hashing");
          thread.setDaemon(true);
          return thread;
        });
    this.decoy = timed(() -> argon2.hash(Password.parse("the password of nobody")));
    log.info(
        "{} hashes a password in {} ms, {} at once",
        library,
        TimeUnit.NANOSECONDS.toMillis(meanNanos.get()),
        config.threads());
  }

  /** A hash that costs as much to check as any, for whoever has none. */
  String decoy() {
    return decoy;
  }

  /** Refuses what would be refused after it has asked the database. */
  void requireRoom() {
    long waitNanos = waitNanos();
    if (threads.getQueue().remainingCapacity() == 0 || waitNanos > patience.nanosLeft()) {
      throw overloaded(waitNanos);
    }
  }

  CompletionStage<String> hash(Password password) {
    return submit(() -> argon2.hash(password));
  }

  CompletionStage<Boolean> verify(String hash, Password password) {
    return submit(() -> argon2.verify(hash, password));
  }

  /** How many passwords were hashed or checked so far. */
  public long count() {
    return count.sum();
  }

  boolean isOutdated(String hash) {
    return argon2.isOutdated(hash);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private <T> CompletionStage<T> submit(Supplier<T> work) {
    long waitNanos = waitNanos();
    if (waitNanos > patience.nanosLeft()) {
      return CompletableFuture.failedFuture(overloaded(waitNanos));
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    Runnable task = patience.carry(() -> {
      try {
        patience.check();
        result.complete(timed(work));
      } catch (Throwable e) {
        result.completeExceptionally(e);
      }
    });
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(overloaded(waitNanos));
    }
    return result;
  }

  private long waitNanos() {
    return meanNanos.get() * (threads.getQueue().size() + 1) / threads.getCorePoolSize();
  }

  private <T> T timed(Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    count.increment();
    long nanos = System.nanoTime() - start;
    meanNanos.accumulateAndGet(
        nanos, (mean, last) -> mean == 0 ? last : mean + (last - mean) / MEAN_OVER);
    return result;
  }

  private static Refusal overloaded(long waitNanos) {
    Duration retryAfter =
        Duration.ofMillis(Math.max(100, TimeUnit.NANOSECONDS.toMillis(waitNanos)));
    return Refusal.forNow(
        Reason.HASHING_OVERLOADED,
        "too many passwords are waiting to be checked",
        retryAfter,
        null);
  }
}
