package dev.doorward.revocation;

import static dev.doorward.rpc.Replies.refuse;
import static dev.doorward.rpc.Replies.replyLater;

import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.nearcache.Position;
import dev.doorward.rpc.Fields;
import dev.doorward.v1.GetFeedHeadResponse;
import dev.doorward.v1.WatchRevocationsRequest;
import dev.doorward.v1.WatchRevocationsResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@link Feed} over gRPC: the part of the session service that is about it. Nothing here waits. */
public final class FeedGrpcService {

  private final Feed feed;

  public FeedGrpcService(Feed feed) {
    this.feed = feed;
  }

  /** Completes at once, or when what was revoked before is refused everywhere. */
  public CompletionStage<Void> everywhere(boolean wanted) {
    return wanted ? feed.everywhere() : CompletableFuture.completedFuture(null);
  }

  public void getFeedHead(StreamObserver<GetFeedHeadResponse> observer) {
    replyLater(
        observer,
        feed.head(),
        head -> GetFeedHeadResponse.newBuilder()
            .setHead(FeedMessages.toMessage(head))
            .build());
  }

  public void watchRevocations(
      WatchRevocationsRequest request, StreamObserver<WatchRevocationsResponse> observer) {
    Fields fields = new Fields();
    Optional<Position> position = FeedMessages.position(fields, request);
    fields.check();

    ServerCallStreamObserver<WatchRevocationsResponse> call =
        (ServerCallStreamObserver<WatchRevocationsResponse>) observer;
    // Without a handler, a message to a call that was cancelled would be an exception.
    call.setOnCancelHandler(() -> {});
    call.setOnReadyHandler(feed::ready);

    feed.subscribe(new Stream(call, feed.lease()), position);
  }

  private record Stream(ServerCallStreamObserver<WatchRevocationsResponse> call, Duration lease)
      implements FeedReader {

    @Override
    public boolean isReady() {
      return call.isReady();
    }

    @Override
    public boolean isGone() {
      return call.isCancelled();
    }

    @Override
    public void hello(Position position) {
      call.onNext(FeedMessages.hello(position, lease));
    }

    @Override
    public void batch(FeedLog.Slice slice) {
      call.onNext(FeedMessages.batch(slice));
    }

    @Override
    public void heartbeat() {
      call.onNext(FeedMessages.HEARTBEAT);
    }

    @Override
    public void reset(Reset reason, Position position) {
      call.onNext(FeedMessages.reset(reason, position));
    }

    @Override
    public void tooSlow() {
      refuse(
          call,
          Refusal.because(Reason.READER_TOO_SLOW, "the reader has taken nothing for too long"));
    }

    @Override
    public void stopping() {
      refuse(call, Refusal.because(Reason.SHUTTING_DOWN, "the server is stopping"));
    }
  }
}
