package dev.doorward.event;

import dev.doorward.call.Origin;
import dev.doorward.database.Database;
import dev.doorward.database.Ids;
import dev.doorward.database.JsonRows;
import dev.doorward.database.Page;
import dev.doorward.database.Reserve;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The log of all changes: for audit, and for whoever has to act on them. */
public final class Events {

  private final Database database;
  private final EventMapper events;
  private final Reserve reserve;
  private final Runnable committed;

  public Events(Database database, EventFollower follower, Reserve reserve) {
    this(database, reserve, follower::committedHere);
  }

  private Events(Database database, Reserve reserve, Runnable committed) {
    this.database = database;
    this.reserve = reserve;
    this.events = database.mapper(EventMapper.class);
    this.committed = committed;
  }

  /** For a process that serves nobody: the servers give its events their places. */
  public static Events ofACommand(Database database) {
    return new Events(database, new Reserve(database), () -> {});
  }

  /** Records the change in the transaction that makes it. */
  public void record(Origin origin, Event event) {
    reserve.use(event.type().takesAway(), () -> events.insert(origin, event));
    database.afterCommit(committed);
  }

  /** The same of one change to each of many users, by one statement. */
  public void recordAll(Origin origin, EventType type, Collection<String> userIds) {
    String ids = JsonRows.of(userIds);
    reserve.use(type.takesAway(), () -> events.insertOfUsers(origin, type, ids));
    database.afterCommit(committed);
  }

  /** What makes way in the log for events that may not be refused. */
  public Reserve.Ballast ballast() {
    return new Reserve.Ballast(
        events::hasBallast,
        texts -> events.insertBallast(EventFilter.BALLAST, texts),
        events::deleteBallast);
  }

  /** Takes out of a user's events that they were theirs, in the transaction that deletes the user. The events stay in their places. */
  public void forget(String userId) {
    events.forget(userId);
  }

  /**
   * Deletes events of so long ago, so many at the most, and says how many. It goes from the beginning of the log up to the
   * first that is kept, so that whoever follows the log finds all that comes after a cursor, or is told that it has expired.
   */
  public int sweep(Duration kept, int limit) {
    if (database.read(() -> events.selectFirst(kept.toSeconds(), 1)).stream()
        .noneMatch(EventMapper.Aged::old)) {
      return 0;
    }
    return database.sweep(
        () -> events.selectFirst(kept.toSeconds(), limit).stream()
            .takeWhile(EventMapper.Aged::old)
            .map(EventMapper.Aged::id)
            .toList(),
        events::deleteAll);
  }

  /** The newest first. */
  public Page<Recorded> list(EventFilter filter, Optional<Page.Position> after, int size) {
    if (filter.userId() != null && !Ids.canExist(filter.userId())) {
      return new Page<>(List.of(), Optional.empty());
    }
    List<Recorded> rows =
        database.read(() -> events.selectPage(filter, after.orElse(null), size + 1));
    return Page.cut(
        rows, size, event -> new Page.Position(event.createdAt(), Long.toString(event.id())));
  }
}
