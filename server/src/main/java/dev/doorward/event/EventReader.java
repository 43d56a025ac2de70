package dev.doorward.event;

import dev.doorward.call.Reader;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;

/** Somebody who follows the log. Called by the follower's thread alone, and never waits. */
interface EventReader extends Reader {

  /** Events, or none as a sign of life, and the cursor after them. */
  void slice(EventLog.Slice slice);

  /** The last word to a reader that can't be told all that happened since its cursor. */
  default void expired() {
    refuse(Refusal.because(
        Reason.CURSOR_EXPIRED, "events after the cursor are gone, or it is of another history"));
  }
}
