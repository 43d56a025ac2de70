package dev.doorward.revocation;

import dev.doorward.call.Pulse;
import dev.doorward.nearcache.Position;
import dev.doorward.revocation.FeedReader.Reset;
import java.util.Optional;

/** How far one reader has come. Belongs to the feed's thread. */
final class Subscription {

  private static final int MAX_BATCH = 1000;

  private final FeedReader reader;
  private final Pulse pulse;
  private Position position;
  private boolean resumed;

  /** @param wanted where to go on, empty for the feed's head */
  Subscription(FeedReader reader, Optional<Position> wanted, FeedLog log, long nowNanos) {
    this.reader = reader;
    this.position = wanted.orElseGet(log::head);
    this.resumed = wanted.isPresent();
    this.pulse = new Pulse(nowNanos);
    reader.hello(position);
  }

  /**
   * Gives the reader what it has not got yet and would take now.
   *
   * @param reset why the log has begun anew, if it has
   * @return false if the reader has gone or been let go
   */
  boolean advance(FeedLog log, Optional<Reset> reset, long nowNanos) {
    if (reader.isGone()) {
      return false;
    }
    // One small message, whether the reader is ready or not.
    reset.ifPresent(reason -> reset(reason, log, nowNanos));
    while (reader.isReady()) {
      pulse.ready(nowNanos);
      if (!give(log, nowNanos)) {
        return true;
      }
    }
    if (!pulse.isTooSlow(nowNanos)) {
      return true;
    }
    reader.tooSlow();
    return false;
  }

  /** False if there is nothing more to give. */
  private boolean give(FeedLog log, long nowNanos) {
    if (!log.head().covers(position)) {
      reset(Reset.EPOCH_CHANGED, log, nowNanos);
      return true;
    }
    Optional<FeedLog.Slice> slice = log.after(position, MAX_BATCH);
    if (slice.isEmpty()) {
      reset(resumed ? Reset.POSITION_TOO_OLD : Reset.READER_TOO_SLOW, log, nowNanos);
      return true;
    }
    resumed = false;
    if (!slice.get().revocations().isEmpty()) {
      position = slice.get().after();
      pulse.heard(nowNanos);
      reader.batch(slice.get());
      return true;
    }
    if (pulse.isSilent(nowNanos)) {
      pulse.heard(nowNanos);
      reader.heartbeat();
    }
    return false;
  }

  void stop() {
    reader.stopping();
  }

  private void reset(Reset reason, FeedLog log, long nowNanos) {
    position = log.head();
    resumed = false;
    pulse.heard(nowNanos);
    reader.reset(reason, position);
  }
}
