package dev.doorward.revocation;

import dev.doorward.nearcache.Position;

/** Somebody who follows the feed. Called by the feed's thread alone, and never waits. */
interface FeedReader {

  /** Why a reader has to forget everything. */
  enum Reset {
    POSITION_TOO_OLD,
    EPOCH_CHANGED,
    HOLE,
    READER_TOO_SLOW
  }

  /** Whether it would take something now. */
  boolean isReady();

  /** Whether it has gone away. */
  boolean isGone();

  void hello(Position position);

  void batch(FeedLog.Slice slice);

  void heartbeat();

  void reset(Reset reason, Position position);

  /** The last word to a reader that has taken nothing for long. */
  void tooSlow();

  /** The last word to everybody when the server stops. */
  void stopping();
}
