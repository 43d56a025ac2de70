package dev.doorward.revocation;

import dev.doorward.database.Database;
import dev.doorward.database.Turns;
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
  private static final Duration SHORTEST_TURN = Duration.ofMillis(4);

  /** How often to look while nobody follows and memory answers nobody: a lease of the server's own caches is longer. */
  private static final long IDLE_NANOS = Duration.ofMillis(250).toNanos();

  /** A reader who wants to follow, and from where. */
  private record Arrival(FeedReader reader, Optional<Position> position) {}

  private final List<NearCache<?>> caches;
  private final FeedConfig config;
  private final FeedTail tail;
  private final Queue<CompletableFuture<Position>> asking = new ConcurrentLinkedQueue<>();
  private final Queue<Arrival> arriving = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean anyReady = new AtomicBoolean();
  private final Turns turns = new Turns("revocation-feed", SHORTEST_TURN, this::turn);
  private volatile long currentNanos = System.nanoTime();
  private volatile int readers;

  // These belong to the thread.
  private final List<Subscription> subscriptions = new ArrayList<>();
  private long lookedNanos = System.nanoTime() - IDLE_NANOS;
  private long hits;
  private boolean failing;

  /**
   * A feed that has not started.
   *
   * @param database with connections of its own, so that the feed never waits for anybody's
   * @param caches the server's own
   */
  public Feed(Database database, List<NearCache<?>> caches, FeedConfig config) {
    this.caches = List.copyOf(caches);
    this.config = config;
    this.tail = new FeedTail(database, this.caches);
  }

  /** Begins to follow the log, as soon as the database can be reached. */
  public void start() {
    turns.every(config.pollInterval());
  }

  /** How old what this server knows of the log is, in seconds. */
  public double lagSeconds() {
    return (System.nanoTime() - currentNanos) / 1e9;
  }

  /** How many follow the feed here. */
  public int readers() {
    return readers;
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
    turns.close(() -> {
      subscriptions.forEach(Subscription::stop);
      subscriptions.clear();
      refuse();
    });
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

  /** Lets somebody follow the feed, from a position or from now: with the next turn. */
  void subscribe(FeedReader reader, Optional<Position> position) {
    arriving.add(new Arrival(reader, position));
    askForTurn();
  }

  /** Some reader that was not ready is so now. */
  void ready() {
    if (anyReady.compareAndSet(false, true)) {
      turns.execute(() -> {
        anyReady.set(false);
        advance(Optional.empty());
      });
    }
  }

  private void askForTurn() {
    if (!turns.soon()) {
      refuse();
    }
  }

  private void turn() {
    if (isIdle() && System.nanoTime() - lookedNanos < IDLE_NANOS) {
      return;
    }
    lookedNanos = System.nanoTime();
    List<CompletableFuture<Position>> asked = drain(asking);
    try {
      List<? extends NearCache<?>.Probe> probes =
          caches.stream().map(NearCache::probe).toList();
      FeedTail.CaughtUp caughtUp = tail.catchUp();
      probes.forEach(probe -> probe.answered(caughtUp.head()));
      asked.forEach(answer -> answer.complete(caughtUp.head()));
      advance(caughtUp.reset());
      welcome();
      currentNanos = lookedNanos;
      failing = false;
    } catch (RuntimeException e) {
      asked.forEach(answer -> answer.completeExceptionally(e));
      if (!failing) {
        log.warn("The feed of revocations stands still: {}", e.toString());
      }
      failing = true;
      arriving.removeIf(arrival -> arrival.reader().isGone());
      advance(Optional.empty()); // The streams are alive, and say so.
    }
  }

  /** Whether nobody was waiting since the last turn for what the log has. */
  private boolean isIdle() {
    long before = hits;
    hits = caches.stream().mapToLong(cache -> cache.stats().hits()).sum();
    return hits == before && subscriptions.isEmpty() && arriving.isEmpty() && asking.isEmpty();
  }

  private void advance(Optional<Reset> reset) {
    long now = System.nanoTime();
    subscriptions.removeIf(subscription -> !stays(subscription, reset, now));
    readers = subscriptions.size();
  }

  /** One reader's trouble is nobody else's. */
  private boolean stays(Subscription subscription, Optional<Reset> reset, long now) {
    try {
      return subscription.advance(tail.recent(), reset, now);
    } catch (RuntimeException e) {
      log.warn("A reader of the feed was let go", e);
      return false;
    }
  }

  /** After a read, for the position that a reader brings may be ahead of the one before. */
  private void welcome() {
    long now = System.nanoTime();
    for (Arrival arrival : drain(arriving)) {
      Subscription subscription =
          new Subscription(arrival.reader(), arrival.position(), tail.recent(), now);
      if (stays(subscription, Optional.empty(), now)) {
        subscriptions.add(subscription);
      }
    }
    readers = subscriptions.size();
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
