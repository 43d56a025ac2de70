package dev.doorward.event;

import dev.doorward.database.Database;
import java.time.Duration;
import java.util.List;

/**
 * Gives committed events their place in the order of the log, so that a reader who has come to a place has seen all that
 * there will ever be before it.
 *
 * <p>The id can't be that place, for it is given before the commit: what commits late stands behind a reader who has
 * passed its id. To read again what lies within a window behind the head is right only while no transaction lives longer
 * than the window, and nothing can promise that: a commit waits for the disk or for the cluster as long as these take,
 * inside MariaDB, where no time-out of ours and no kill reaches it. To give the place within the transaction would make all
 * changes wait for each other. So it is given afterwards, by whichever server comes first, one batch at a time under
 * the lock of the head (under Galera, by the certification of that row). No changes wait for this, and it waits for
 * none: an event that commits late gets a late place, and however late it is, nobody has passed it.
 */
final class EventOrder {

  private static final int MAX_BATCH = 1000;

  /** How often to look at all that have no place, and not only at those with a recent id. */
  private static final long FULL_LOOK_NANOS = Duration.ofSeconds(30).toNanos();

  private final Database database;
  private final EventMapper events;

  // What is passed over in between is found by the next look at all. These belong to one thread.
  private long lookAfterId;
  private long lastId;
  private long lookedNanos = System.nanoTime() - FULL_LOOK_NANOS;

  EventOrder(Database database) {
    this.database = database;
    this.events = database.mapper(EventMapper.class);
  }

  /** Gives places to as many as a transaction may. Returns whether there may be more. */
  boolean placeNext() {
    long afterId = whereToLook();
    if (database.read(() -> events.selectUnplaced(afterId, 1)).isEmpty()) {
      return false;
    }
    int placed = database.transaction(() -> {
      long head = events.lockHead();
      List<Long> ids = events.selectUnplaced(afterId, MAX_BATCH);
      if (!ids.isEmpty()) {
        events.place(head, ids.toString());
        events.moveHead(head + ids.size());
      }
      return ids.size();
    });
    return placed == MAX_BATCH;
  }

  /**
   * After which id to look. An entry that has left the front of the index is still walked over until MariaDB has purged
   * it, and a backup keeps it from that for hours; so mostly only the part is looked at where something new can be:
   * behind the last id of two full looks ago.
   */
  private long whereToLook() {
    long now = System.nanoTime();
    if (now - lookedNanos < FULL_LOOK_NANOS) {
      return lookAfterId;
    }
    lookAfterId = lastId;
    lastId = database.read(events::selectLastId).orElse(0L);
    lookedNanos = now;
    return 0;
  }
}
