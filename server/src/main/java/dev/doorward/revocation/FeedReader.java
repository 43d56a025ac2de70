package dev.doorward.revocation;

import dev.doorward.call.Reader;
import dev.doorward.nearcache.Position;

/** Somebody who follows the feed. Called by the feed's thread alone, and never waits. */
interface FeedReader extends Reader {

  /** Why a reader has to forget everything. */
  enum Reset {
    POSITION_TOO_OLD,
    EPOCH_CHANGED,
    HOLE,
    READER_TOO_SLOW
  }

  void hello(Position position);

  void batch(FeedLog.Slice slice);

  void heartbeat();

  void reset(Reset reason, Position position);
}
