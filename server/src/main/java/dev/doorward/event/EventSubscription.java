package dev.doorward.event;

import dev.doorward.call.Pulse;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** How far one reader has come. Belongs to the follower's thread. */
final class EventSubscription {

  private final EventReader reader;
  private final Function<EventLog, EventCursor> start;
  private final Pulse pulse;

  /** Null until the reader has been told where it begins. */
  private EventCursor cursor;

  EventSubscription(EventReader reader, Function<EventLog, EventCursor> start, long nowNanos) {
    this.reader = reader;
    this.start = start;
    this.pulse = new Pulse(nowNanos);
  }

  /**
   * Gives the reader what comes next, if it would take it now: one message at a time, so that nobody who is far behind
   * holds up the others.
   *
   * @return false if the reader has gone or been let go
   */
  boolean advance(EventLog log, long nowNanos) {
    if (reader.isGone()) {
      return false;
    }
    if (reader.isReady()) {
      pulse.ready(nowNanos);
      return give(log, nowNanos);
    }
    if (pulse.isTooSlow(nowNanos)) {
      reader.tooSlow();
      return false;
    }
    return true;
  }

  /** Whether there is more that the reader would take now. */
  boolean isWaiting(EventLog log) {
    return !log.head().equals(cursor) && reader.isReady();
  }

  void stop() {
    reader.stopping();
  }

  private boolean give(EventLog log, long nowNanos) {
    boolean begins = cursor == null;
    EventCursor from = begins ? start.apply(log) : cursor;
    Optional<EventLog.Slice> next = log.after(from);
    if (next.isEmpty()) {
      reader.expired();
      return false;
    }
    if (begins) {
      send(new EventLog.Slice(List.of(), from), nowNanos);
    } else if (!next.get().after().equals(cursor) || pulse.isSilent(nowNanos)) {
      send(next.get(), nowNanos);
    }
    return true;
  }

  private void send(EventLog.Slice slice, long nowNanos) {
    cursor = slice.after();
    pulse.heard(nowNanos);
    reader.slice(slice);
  }
}
