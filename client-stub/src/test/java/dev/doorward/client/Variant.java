package dev.doorward.client;

import static dev.doorward.v1.SessionServiceGrpc.getGetFeedHeadMethod;
import static dev.doorward.v1.SessionServiceGrpc.getWatchRevocationsMethod;

import dev.doorward.nearcache.NearCache;
import dev.doorward.nearcache.NearCacheSettings;
import dev.doorward.nearcache.WeakNearCache;
import dev.doorward.v1.FeedBatch;
import dev.doorward.v1.Revocation;
import dev.doorward.v1.RevocationKind;
import dev.doorward.v1.ValidateSessionResponse;
import dev.doorward.v1.WatchRevocationsResponse;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Optional;

/** The validator as it is published, or with one rule of the near cache replaced by what is common elsewhere. */
public enum Variant {
  SOUND,
  /** The lease counts from the reply. */
  LEASE_FROM_REPLY,
  /** Every sign of life on the stream extends the lease, and nobody asks for the head. */
  LEASE_BY_HEARTBEAT,
  /** Every answer is kept, whatever was revoked while it was on its way. */
  UNFENCED_FILLS,
  /** The stream is that of a server which polls for ids above the last it has seen, and misses late commits. */
  CURSOR_THAT_SKIPS;

  private static final int ONE_SKIPPED_OF = 4;

  /** A validator of a client of its own, which ends with the process. */
  public SessionValidator open(
      String target, String key, NearCacheSettings settings, Duration deadline) {
    DoorwardClient client = DoorwardClient.builder(target)
        .plaintext()
        .key(key)
        .deadline(deadline)
        .nearCache(settings)
        .build();
    ManagedChannel channel = client.channel();
    return switch (this) {
      case SOUND -> client.validator();
      case LEASE_FROM_REPLY ->
        new SessionValidator(channel, WeakNearCache.leasedFromReply(settings), deadline);
      case LEASE_BY_HEARTBEAT -> {
        NearCache<ValidateSessionResponse> cache = new NearCache<>(settings);
        yield new SessionValidator(new ByHeartbeat(channel, cache), cache, deadline);
      }
      case UNFENCED_FILLS ->
        new SessionValidator(channel, WeakNearCache.unfenced(settings), deadline);
      case CURSOR_THAT_SKIPS ->
        new SessionValidator(new Skipping(channel), new NearCache<>(settings), deadline);
    };
  }

  private static final class ByHeartbeat extends TappedChannel {

    private final NearCache<?> cache;

    private ByHeartbeat(ManagedChannel channel, NearCache<?> cache) {
      super(channel);
      this.cache = cache;
    }

    @Override
    <A> Optional<A> tap(MethodDescriptor<?, A> method, A message) {
      return method.equals(getGetFeedHeadMethod()) ? Optional.empty() : Optional.of(message);
    }

    @Override
    void passed(MethodDescriptor<?, ?> method) {
      if (method.equals(getWatchRevocationsMethod())) {
        cache.probe().answered(cache.position());
      }
    }
  }

  private static final class Skipping extends TappedChannel {

    private int heard;

    private Skipping(ManagedChannel channel) {
      super(channel);
    }

    @Override
    @SuppressWarnings("unchecked") // What is built from a message is of its type.
    <A> Optional<A> tap(MethodDescriptor<?, A> method, A message) {
      return Optional.of(
          message instanceof WatchRevocationsResponse heard && heard.hasBatch()
              ? (A) heard.toBuilder().setBatch(skip(heard.getBatch())).build()
              : message);
    }

    /** The position goes past what was skipped, as such a cursor does. */
    private FeedBatch skip(FeedBatch batch) {
      FeedBatch.Builder rest = batch.toBuilder();
      for (Revocation.Builder revocation : rest.getRevocationsBuilderList()) {
        if (++heard % ONE_SKIPPED_OF == 0) {
          revocation
              .setKind(RevocationKind.REVOCATION_KIND_USER_DELETED)
              .setUserId("nobody")
              .clearSessionId();
        }
      }
      return rest.build();
    }
  }
}
