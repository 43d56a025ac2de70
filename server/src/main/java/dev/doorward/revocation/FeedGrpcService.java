package dev.doorward.revocation;

import static dev.doorward.rpc.Replies.replyLater;

import dev.doorward.nearcache.Position;
import dev.doorward.rpc.Fields;
import dev.doorward.rpc.GrpcReader;
import dev.doorward.rpc.Room;
import dev.doorward.v1.GetFeedHeadResponse;
import dev.doorward.v1.WatchRevocationsRequest;
import dev.doorward.v1.WatchRevocationsResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@link Feed} over gRPC: the part of the session service that is about it. Nothing here waits. */
public final class FeedGrpcService {

  private final Feed feed;
  private final Room heads;

  /** @param heads how many may wait at once to hear how far the feed is */
  public FeedGrpcService(Feed feed, int heads) {
    this.feed = feed;
    this.heads = new Room(heads);
  }

  /** Completes at once, or when what was revoked before is refused everywhere. */
  public CompletionStage<Void> everywhere(boolean wanted) {
    return wanted ? feed.everywhere() : CompletableFuture.completedFuture(null);
  }

  public void getFeedHead(StreamObserver<GetFeedHeadResponse> observer) {
    heads.enter();
    replyLater(
        observer,
        feed.head().whenComplete((head, thrown) -> heads.leave()),
        head -> GetFeedHeadResponse.newBuilder()
            .setHead(FeedMessages.toMessage(head))
            .build());
  }

  public void watchRevocations(
      WatchRevocationsRequest request, StreamObserver<WatchRevocationsResponse> observer) {
    Fields fields = new Fields();
    Optional<Position> position = FeedMessages.position(fields, request);
    fields.check();

    feed.subscribe(new Stream(observer, feed), position);
  }

  private static final class Stream extends GrpcReader<WatchRevocationsResponse>
      implements FeedReader {

    private final Duration lease;

    private Stream(StreamObserver<WatchRevocationsResponse> observer, Feed feed) {
      super(observer, feed::ready);
      this.lease = feed.lease();
    }

    @Override
    public void hello(Position position) {
      send(FeedMessages.hello(position, lease));
    }

    @Override
    public void batch(FeedLog.Slice slice) {
      send(FeedMessages.batch(slice));
    }

    @Override
    public void heartbeat() {
      send(FeedMessages.HEARTBEAT);
    }

    @Override
    public void reset(Reset reason, Position position) {
      send(FeedMessages.reset(reason, position));
    }
  }
}
