package dev.doorward.rpc;

import dev.doorward.call.Reader;
import dev.doorward.error.Refusal;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** A reader over gRPC: whoever made a call that is answered by a stream of {@code A}. */
public abstract class GrpcReader<A> implements Reader {

  private final ServerCallStreamObserver<A> call;

  /** @param onReady runs when a reader that was not ready becomes so */
  protected GrpcReader(StreamObserver<A> observer, Runnable onReady) {
    this.call = (ServerCallStreamObserver<A>) observer;
    // Without a handler, a message to a call that was cancelled would be an exception.
    call.setOnCancelHandler(() -> {});
    call.setOnReadyHandler(onReady);
  }

  protected final void send(A message) {
    call.onNext(message);
  }

  @Override
  public final boolean isReady() {
    return call.isReady();
  }

  @Override
  public final boolean isGone() {
    return call.isCancelled();
  }

  @Override
  public final void refuse(Refusal refusal) {
    Replies.refuse(call, refusal);
  }
}
