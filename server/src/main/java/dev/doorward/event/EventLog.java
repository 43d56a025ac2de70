package dev.doorward.event;

import dev.doorward.database.Database;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The log in its order, as far as it went at the last look. Belongs to one thread. */
final class EventLog {

  /** Events that follow a cursor, and the cursor after them. */
  record Slice(List<Recorded> events, EventCursor after) {}

  private static final int MAX_SLICE = 1000;
  private static final int REMEMBERED = 16;

  private final Database database;
  private final EventMapper events;
  private EventCursor head;

  /** Many readers are at the same place. */
  private final Map<EventCursor, Optional<Slice>> read = new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<EventCursor, Optional<Slice>> eldest) {
      return size() > REMEMBERED;
    }
  };

  EventLog(Database database) {
    this.database = database;
    this.events = database.mapper(EventMapper.class);
  }

  void look() {
    head = database.read(events::selectHead);
    read.clear();
  }

  EventCursor head() {
    return head;
  }

  /** Before the first event that is kept. */
  EventCursor beginning() {
    return head.at(database.read(events::selectFirstPlace).orElse(head.seq() + 1) - 1);
  }

  /** What follows the cursor, no more than a message holds; empty if the very next events are no longer there. */
  Optional<Slice> after(EventCursor cursor) {
    if (!cursor.epoch().equals(head.epoch()) || cursor.seq() > head.seq()) {
      return Optional.empty();
    }
    if (cursor.seq() == head.seq()) {
      return Optional.of(new Slice(List.of(), cursor));
    }
    return read.computeIfAbsent(cursor, this::read);
  }

  private Optional<Slice> read(EventCursor cursor) {
    List<Recorded> found =
        database.read(() -> events.selectPlaced(cursor.seq(), head.seq(), MAX_SLICE));
    boolean adjoins = !found.isEmpty() && found.get(0).seq() == cursor.seq() + 1;
    if (!adjoins && beginning().seq() > cursor.seq()) {
      return Optional.empty();
    }
    EventCursor after =
        found.size() < MAX_SLICE ? head : head.at(found.get(MAX_SLICE - 1).seq());
    return Optional.of(new Slice(found, after));
  }
}
