package dev.doorward.revocation;

import dev.doorward.Config;
import dev.doorward.database.Database;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.nearcache.NearCache;
import dev.doorward.nearcache.Position;
import dev.doorward.revocation.FeedReader.Reset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log of revocations, on one thread for the whole server: every turn reads how far the log is, and brings the
 * server's own caches, all readers, and whoever asked for the head up to that.
 */
public final class Feed implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Feed.class);

  /** What is asked for in between waits together for the next turn. */
  private static final long SHORTEST_TURN_NANOS = Duration.ofMillis(4).toNanos();

  /** A reader who wants to follow, and from where. */
  private record Arrival(FeedReader reader, Optional<Position> position) {}

  private final List<NearCache<?>> caches;
  private final Config.Feed config;
  private final FeedTail tail;
  private final Queue<CompletableFuture<Position>> asking = new ConcurrentLinkedQueue<>();
  private final Queue<Arrival> arriving = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean turnAsked = new AtomicBoolean();
  private final AtomicBoolean anyReady = new AtomicBoolean();
  private volatile boolean closed;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(work -> {
        Thread worker = new Thread(work, "revocation-feed");
        worker.setDaemon(true);
        return worker;
      });

  // These belong to the thread.
  private List<Subscription> subscriptions = new ArrayList<>();
  private long turnedNanos = System.nanoTime() - SHORTEST_TURN_NANOS;
  private boolean failing;

  /**
   * A feed that has not started.
   *
   * @param database with connections of its own, so that the feed never waits for anybody's
   * @param caches the server's own
   */
  public Feed(Database database, List<NearCache<?>> caches, Config.Feed config) {
    this.caches = List.copyOf(caches);
    this.config = config;
    this.tail = new FeedTail(database, this.caches);
  }

  /** Begins to follow the log, as soon as the database can be reached. */
  public void start() {
    thread.scheduleWithFixedDelay(
        this::turn, 0, config.pollInterval().toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The longest lease that a cache may take. */
  Duration lease() {
    return config.lease();
  }

  /** Completes once no cache anywhere accepts what was revoked before this was called. */
  CompletionStage<Void> everywhere() {
    // Two clocks may differ by a little in how long a second is.
    long nanos = config.lease().toNanos() / 50 * 51;
    return CompletableFuture.runAsync(
        () -> {}, CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, Runnable::run));
  }

  /** Lets go of all readers; whoever asks from now on is refused. */
  @Override
  public void close() {
    closed = true;
    thread.execute(() -> {
      subscriptions.forEach(Subscription::stop);
      subscriptions.clear();
      refuse();
    });
    thread.shutdown();
  }

  /** A transaction of this very server has committed the revocation. */
  void committedHere(Revocation revocation) {
    caches.forEach(cache -> cache.forget(revocation.lane(), revocation.revoked()));
    askForTurn();
  }

  /** How far the feed is, by a read of the database that begins after this was called. */
  CompletionStage<Position> head() {
    CompletableFuture<Position> answer = new CompletableFuture<>();
    asking.add(answer);
    askForTurn();
    return answer;
  }

  /** Lets somebody follow the feed, from a position or from now. */
  void subscribe(FeedReader reader, Optional<Position> position) {
    // With the next turn, for the position may be ahead of what this server has read so far.
    arriving.add(new Arrival(reader, position));
    askForTurn();
  }

  /** Some reader that was not ready is so now. */
  void ready() {
    if (anyReady.compareAndSet(false, true)) {
      execute(() -> {
        anyReady.set(false);
        advance(Optional.empty());
      });
    }
  }

  private void askForTurn() {
    if (closed) {
      refuse();
    } else if (turnAsked.compareAndSet(false, true)) {
      execute(this::turnSoon);
    }
  }

  private void execute(Runnable work) {
    try {
      thread.execute(work);
    } catch (RejectedExecutionException e) {
      refuse();
    }
  }

  private void turnSoon() {
    long rest = turnedNanos + SHORTEST_TURN_NANOS - System.nanoTime();
    if (rest <= 0) {
      turn();
    } else {
      thread.schedule(this::turn, rest, TimeUnit.NANOSECONDS);
    }
  }

  private void turn() {
    turnAsked.set(false);
    turnedNanos = System.nanoTime();
    List<CompletableFuture<Position>> asked = drain(asking);
    try {
      List<? extends NearCache<?>.Probe> probes =
          caches.stream().map(NearCache::probe).toList();
      FeedTail.CaughtUp caughtUp = tail.catchUp();
      probes.forEach(probe -> probe.answered(caughtUp.head()));
      asked.forEach(answer -> answer.complete(caughtUp.head()));
      advance(caughtUp.reset());
      failing = false;
    } catch (RuntimeException e) {
      asked.forEach(answer -> answer.completeExceptionally(e));
      if (!failing) {
        log.warn("The feed of revocations stands still: {}", e.toString());
      }
      failing = true;
    }
  }

  private void advance(Optional<Reset> reset) {
    FeedLog recent = tail.recent();
    if (recent == null) {
      return;
    }
    long now = System.nanoTime();
    List<Subscription> staying = new ArrayList<>(subscriptions.size());
    for (Subscription subscription : subscriptions) {
      if (subscription.advance(recent, reset, now)) {
        staying.add(subscription);
      }
    }
    for (Arrival arrival : drain(arriving)) {
      Subscription subscription =
          new Subscription(arrival.reader(), arrival.position(), recent, now);
      if (subscription.advance(recent, Optional.empty(), now)) {
        staying.add(subscription);
      }
    }
    subscriptions = staying;
  }

  private void refuse() {
    Refusal refusal = Refusal.because(Reason.SHUTTING_DOWN, "the server is stopping");
    drain(asking).forEach(answer -> answer.completeExceptionally(refusal));
    drain(arriving).forEach(arrival -> arrival.reader().stopping());
  }

  private static <T> List<T> drain(Queue<T> queue) {
    List<T> drained = new ArrayList<>();
    for (T next = queue.poll(); next != null; next = queue.poll()) {
      drained.add(next);
    }
    return drained;
  }
}
