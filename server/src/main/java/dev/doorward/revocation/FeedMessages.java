package dev.doorward.revocation;

import com.google.protobuf.Duration;
import dev.doorward.call.Pulse;
import dev.doorward.nearcache.Position;
import dev.doorward.rpc.Fields;
import dev.doorward.v1.FeedBatch;
import dev.doorward.v1.FeedHeartbeat;
import dev.doorward.v1.FeedHello;
import dev.doorward.v1.FeedPosition;
import dev.doorward.v1.FeedReset;
import dev.doorward.v1.FeedResetReason;
import dev.doorward.v1.RevocationKind;
import dev.doorward.v1.WatchRevocationsRequest;
import dev.doorward.v1.WatchRevocationsResponse;
import java.util.Optional;

/** The feed in messages. */
final class FeedMessages {

  static final WatchRevocationsResponse HEARTBEAT = WatchRevocationsResponse.newBuilder()
      .setHeartbeat(FeedHeartbeat.getDefaultInstance())
      .build();

  private FeedMessages() {}

  /** Where to go on; empty for now. */
  static Optional<Position> position(Fields fields, WatchRevocationsRequest request) {
    FeedPosition position = request.getPosition();
    if (!request.hasPosition()) {
      return Optional.empty();
    }
    if (position.getSeqsCount() != Position.LANES) {
      fields.violation(
          "position.seqs",
          position.getSeqsCount() + " numbers (expected: " + Position.LANES
              + ", one of each lane)");
      return Optional.empty();
    }
    return Optional.of(Position.of(position.getEpoch(), position.getSeqsList()));
  }

  static FeedPosition toMessage(Position position) {
    return FeedPosition.newBuilder()
        .setEpoch(position.epoch())
        .addAllSeqs(position.seqs()::iterator)
        .build();
  }

  static WatchRevocationsResponse hello(Position position, java.time.Duration lease) {
    return WatchRevocationsResponse.newBuilder()
        .setHello(FeedHello.newBuilder()
            .setPosition(toMessage(position))
            .setLease(toMessage(lease))
            .setHeartbeatInterval(toMessage(Pulse.HEARTBEAT)))
        .build();
  }

  static WatchRevocationsResponse batch(FeedLog.Slice slice) {
    FeedBatch.Builder batch = FeedBatch.newBuilder().setPosition(toMessage(slice.after()));
    for (Numbered revocation : slice.revocations()) {
      batch.addRevocations(toMessage(revocation));
    }
    return WatchRevocationsResponse.newBuilder().setBatch(batch).build();
  }

  static WatchRevocationsResponse reset(FeedReader.Reset reason, Position position) {
    return WatchRevocationsResponse.newBuilder()
        .setReset(
            FeedReset.newBuilder().setReason(toMessage(reason)).setPosition(toMessage(position)))
        .build();
  }

  private static dev.doorward.v1.Revocation.Builder toMessage(Numbered revocation) {
    dev.doorward.v1.Revocation.Builder message = dev.doorward.v1.Revocation.newBuilder()
        .setLane(revocation.lane())
        .setSeq(revocation.seq())
        .setKind(toMessage(revocation.kind()))
        .setUserId(revocation.userId());
    if (revocation.sessionId() != null) {
      message.setSessionId(revocation.sessionId());
    }
    return message;
  }

  private static RevocationKind toMessage(Revocation.Kind kind) {
    return switch (kind) {
      case SESSION_REVOKED -> RevocationKind.REVOCATION_KIND_SESSION_REVOKED;
      case SESSION_CHANGED -> RevocationKind.REVOCATION_KIND_SESSION_CHANGED;
      case USER_SESSIONS_REVOKED -> RevocationKind.REVOCATION_KIND_USER_SESSIONS_REVOKED;
      case USER_DISABLED -> RevocationKind.REVOCATION_KIND_USER_DISABLED;
      case USER_DELETED -> RevocationKind.REVOCATION_KIND_USER_DELETED;
      case USER_CHANGED -> RevocationKind.REVOCATION_KIND_USER_CHANGED;
      case CALLER_KEY_REVOKED -> RevocationKind.REVOCATION_KIND_CALLER_KEY_REVOKED;
      case CALLER_CHANGED -> RevocationKind.REVOCATION_KIND_CALLER_CHANGED;
    };
  }

  private static FeedResetReason toMessage(FeedReader.Reset reason) {
    return switch (reason) {
      case POSITION_TOO_OLD -> FeedResetReason.FEED_RESET_REASON_POSITION_TOO_OLD;
      case EPOCH_CHANGED -> FeedResetReason.FEED_RESET_REASON_EPOCH_CHANGED;
      case HOLE -> FeedResetReason.FEED_RESET_REASON_HOLE;
      case READER_TOO_SLOW -> FeedResetReason.FEED_RESET_REASON_READER_TOO_SLOW;
    };
  }

  private static Duration toMessage(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }
}
