package dev.doorward.event;

import dev.doorward.database.Database;
import dev.doorward.database.Turns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log of events, on one thread for the whole server: a turn gives places to what has been committed, and sends
 * all readers what they have not got yet. While nobody watches it only does the first, after changes of this server and
 * not often; the database of a server that nobody watches and nobody changes is left alone.
 */
public final class EventFollower implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EventFollower.class);

  /** How often to look for what other servers have committed. */
  private static final Duration POLL = Duration.ofMillis(200);

  /** What is asked for in between waits together for the next turn. */
  private static final Duration SHORTEST_TURN = Duration.ofMillis(20);

  private static final long UNWATCHED_NANOS = Duration.ofSeconds(1).toNanos();

  /** So many batches are given places before readers get theirs. */
  private static final int MAX_BATCHES = 10;

  /** A reader who wants to follow, and from where. */
  private record Arrival(EventReader reader, Function<EventLog, EventCursor> start) {}

  private final EventOrder order;
  private final EventLog events;
  private final Queue<Arrival> arriving = new ConcurrentLinkedQueue<>();
  private final Turns turns = new Turns("event-follower", SHORTEST_TURN, this::turn);

  /** Whether something may have no place yet; so it is when a server starts. */
  private volatile boolean unplaced = true;

  private volatile int watchers;

  // These belong to the thread.
  private final List<EventSubscription> subscriptions = new ArrayList<>();
  private long turnedNanos = System.nanoTime() - UNWATCHED_NANOS;
  private boolean failing;

  /** A follower that has not started. */
  public EventFollower(Database database) {
    this.order = new EventOrder(database);
    this.events = new EventLog(database);
  }

  public void start() {
    turns.every(POLL);
  }

  /** Lets go of all readers; whoever comes from now on is refused. */
  @Override
  public void close() {
    turns.close(() -> {
      subscriptions.forEach(EventSubscription::stop);
      subscriptions.clear();
      refuse();
    });
  }

  /** How many follow the log here. */
  public int readers() {
    return watchers;
  }

  /** A transaction of this very server has committed an event. */
  void committedHere() {
    unplaced = true;
    if (isWatched()) {
      turns.soon();
    }
  }

  /** Lets somebody follow the log. */
  void subscribe(EventReader reader, Function<EventLog, EventCursor> start) {
    arriving.add(new Arrival(reader, start));
    ready();
  }

  /** There is somebody new, or some reader that was not ready is so now. */
  void ready() {
    if (!turns.soon()) {
      refuse();
    }
  }

  private void turn() {
    boolean due = unplaced && System.nanoTime() - turnedNanos >= UNWATCHED_NANOS;
    if (!isWatched() && !due) {
      return;
    }
    turnedNanos = System.nanoTime();
    try {
      givePlaces();
      if (isWatched()) {
        sendAll();
      }
      failing = false;
    } catch (RuntimeException e) {
      unplaced = true;
      if (!failing) {
        log.warn("The log of events stands still: {}", e.toString());
      }
      failing = true;
    }
  }

  private void givePlaces() {
    unplaced = false;
    for (int batch = 0; order.placeNext(); batch++) {
      if (batch == MAX_BATCHES) {
        unplaced = true;
        return;
      }
    }
  }

  private void sendAll() {
    events.look();
    long now = System.nanoTime();
    for (Arrival next = arriving.poll(); next != null; next = arriving.poll()) {
      subscriptions.add(new EventSubscription(next.reader(), next.start(), now));
    }
    for (Iterator<EventSubscription> all = subscriptions.iterator(); all.hasNext(); ) {
      if (!all.next().advance(events, now)) {
        all.remove();
      }
    }
    watchers = subscriptions.size();
    if (unplaced || subscriptions.stream().anyMatch(reader -> reader.isWaiting(events))) {
      turns.soon();
    }
  }

  private boolean isWatched() {
    return watchers > 0 || !arriving.isEmpty();
  }

  private void refuse() {
    for (Arrival next = arriving.poll(); next != null; next = arriving.poll()) {
      next.reader().stopping();
    }
  }
}
