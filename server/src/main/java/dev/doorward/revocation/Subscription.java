package dev.doorward.revocation;

import dev.doorward.nearcache.Position;
import dev.doorward.revocation.FeedReader.Reset;
import java.time.Duration;
import java.util.Optional;

/** How far one reader has come. Belongs to the feed's thread. */
final class Subscription {

  /** How long a reader hears nothing at the most, about. */
  static final Duration HEARTBEAT = Duration.ofSeconds(2);

  /** How long a reader may take nothing. */
  private static final Duration SLOWEST = Duration.ofSeconds(60);

  private static final int MAX_BATCH = 1000;

  private final FeedReader reader;
  private Position position;
  private boolean resumed;
  private long readyNanos;
  private long heardNanos;

  /** @param wanted where to go on, empty for the feed's head */
  Subscription(FeedReader reader, Optional<Position> wanted, FeedLog log, long nowNanos) {
    this.reader = reader;
    this.position = wanted.orElseGet(log::head);
    this.resumed = wanted.isPresent();
    this.readyNanos = nowNanos;
    this.heardNanos = nowNanos;
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
      readyNanos = nowNanos;
      if (!give(log, nowNanos)) {
        return true;
      }
    }
    if (nowNanos - readyNanos < SLOWEST.toNanos()) {
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
      heardNanos = nowNanos;
      reader.batch(slice.get());
      return true;
    }
    if (nowNanos - heardNanos >= HEARTBEAT.toNanos()) {
      heardNanos = nowNanos;
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
    heardNanos = nowNanos;
    reader.reset(reason, position);
  }
}
