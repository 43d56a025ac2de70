package dev.doorward.password;

import dev.doorward.call.Patience;
import dev.doorward.database.Ids;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.password.foreign.ForeignHash;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
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

  private final Argon2id argon2;
  private final Patience patience;
  private final ThreadPoolExecutor threads;
  private final int places;
  private final Semaphore free;
  private final RefusalPace pace = new RefusalPace();
  private final LongAdder count = new LongAdder();
  private final String decoy;

  public PasswordHashing(PasswordConfig config, Patience patience) {
    Path library = NativeArgon2.load(config.argon2Library());
    this.argon2 = new Argon2id(config);
    this.patience = patience;
    this.places = config.threads() + config.queue();
    this.free = new Semaphore(places);
    this.threads = new ThreadPoolExecutor(
        config.threads(),
        config.threads(),
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(places),
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
    this.decoy = timed(() -> argon2.hash(Password.parse(Ids.generate())));
    log.info(
        "{} hashes a password in {} ms, {} at once",
        library,
        TimeUnit.NANOSECONDS.toMillis(pace.costNanos()),
        config.threads());
  }

  /** A hash that costs as much to check as any, for whoever has none. */
  String decoy() {
    return decoy;
  }

  /**
   * Does a call's work with a place kept in the line from now on, or refuses it if there is none: so that what is refused has
   * asked the database for nothing.
   */
  <T> CompletionStage<T> inLine(Function<Place, CompletionStage<T>> work) {
    Place place = new Place();
    try {
      return work.apply(place).whenComplete((done, thrown) -> place.giveUp());
    } catch (RuntimeException e) {
      place.giveUp();
      throw e;
    }
  }

  /** A place in the line, for one hash. It is free again when that is done, or is not needed any more. */
  final class Place {

    private final AtomicBoolean taken = new AtomicBoolean(true);

    private Place() {
      long waitNanos = waitNanos();
      if (waitNanos > patience.nanosLeft() || !free.tryAcquire()) {
        throw overloaded(waitNanos);
      }
    }

    CompletionStage<String> hash(Password password) {
      return submit(() -> timed(() -> argon2.hash(password)));
    }

    /**
     * Says no at a moment, and after an amount of work, that do not tell which hash it was.
     *
     * @param began when the call began, by {@link System#nanoTime}
     */
    CompletionStage<Boolean> verify(String hash, Password password, long began) {
      return submit(() -> judge(hash, password, began)).thenCompose(Function.identity());
    }

    void giveUp() {
      if (taken.compareAndSet(true, false)) {
        free.release();
      }
    }

    private <T> CompletionStage<T> submit(Supplier<T> work) {
      CompletableFuture<T> result = new CompletableFuture<>();
      Runnable task = patience.carry(() -> {
        try {
          patience.check();
          T done = work.get();
          count.increment();
          giveUp();
          result.complete(done);
        } catch (Throwable e) {
          giveUp();
          result.completeExceptionally(e);
        }
      });
      try {
        threads.execute(task);
      } catch (RejectedExecutionException e) {
        result.completeExceptionally(overloaded(0)); // This server is stopping.
      }
      return result;
    }
  }

  /** When to refuse an attempt without a hash, so that its time does not tell what was read. */
  CompletionStage<Void> afterReads(long began) {
    return pace.afterReads(began);
  }

  /** How many passwords were hashed or checked so far. */
  public long count() {
    return count.sum();
  }

  /** How many wait for a thread. */
  public int waiting() {
    return threads.getQueue().size();
  }

  /** How many are being hashed or checked. */
  public int running() {
    return threads.getActiveCount();
  }

  /** Whether it was made with other parameters than today's. */
  boolean isOutdated(String hash) {
    return argon2.isOutdated(hash);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    pace.close();
  }

  private CompletionStage<Boolean> judge(String hash, Password password, long began) {
    // As it is before this hash has a part in it.
    long costNanos = pace.costNanos();
    long start = System.nanoTime();
    if (password.forms().stream().anyMatch(form -> matches(hash, form))) {
      return CompletableFuture.completedFuture(true);
    }
    while (System.nanoTime() - start < costNanos) {
      argon2.workALittle();
    }
    return pace.afterHash(began, start).thenApply(now -> false);
  }

  /** Forgets the password's bytes. */
  private boolean matches(String hash, byte[] password) {
    try {
      if (!isOutdated(hash)) {
        return timed(() -> argon2.verify(hash, password));
      }
      return argon2.reads(hash)
          ? argon2.verify(hash, password)
          : ForeignHash.read(hash).matches(password);
    } catch (IllegalArgumentException e) {
      return false; // In a notation that nobody knows, it is no password's.
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }

  /** Until a hash would be done that gets in line now, behind all that hold a place. */
  private long waitNanos() {
    return pace.costNanos() * (places - free.availablePermits() + 1) / threads.getCorePoolSize();
  }

  private <T> T timed(Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    pace.took(System.nanoTime() - start);
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
