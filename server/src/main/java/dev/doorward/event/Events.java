package dev.doorward.event;

import dev.doorward.call.Origin;
import dev.doorward.database.Database;

/** The log of all changes: for audit, and for whoever has to act on them. */
public final class Events {

  private final EventMapper events;

  public Events(Database database) {
    this.events = database.mapper(EventMapper.class);
  }

  /** Records the change in the transaction that makes it. */
  public void record(Origin origin, Event event) {
    events.insert(origin, event);
  }
}
