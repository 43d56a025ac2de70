package dev.doorward.call;

import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;

/** Somebody at the other end of a stream, who takes what comes in their own time. Nobody waits for them. */
public interface Reader {

  /** Whether they would take something now. */
  boolean isReady();

  /** Whether they have gone away. */
  boolean isGone();

  /** The last word to them. */
  void refuse(Refusal refusal);

  /** The last word to a reader that has taken nothing for long. */
  default void tooSlow() {
    refuse(Refusal.because(Reason.READER_TOO_SLOW, "the reader has taken nothing for too long"));
  }

  /** The last word to everybody when the server stops. */
  default void stopping() {
    refuse(Refusal.because(Reason.SHUTTING_DOWN, "the server is stopping"));
  }
}
