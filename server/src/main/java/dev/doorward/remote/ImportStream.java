package dev.doorward.remote;

import dev.doorward.v1.ImportUsersRequest;
import dev.doorward.v1.ImportUsersResponse;
import dev.doorward.v1.UserServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Optional;

/** One stream of ImportUsers, from its beginning to whatever ends it. */
final class ImportStream
    implements ClientResponseObserver<ImportUsersRequest, ImportUsersResponse> {

  private final Unanswered unanswered;
  private final Attempts attempts;
  private ClientCallStreamObserver<ImportUsersRequest> call;

  // Guarded by this, which whoever waits for a change is told of.
  private boolean complete;
  private boolean ended;
  private Optional<Failure> failure = Optional.empty();

  private ImportStream(Unanswered unanswered, Attempts attempts) {
    this.unanswered = unanswered;
    this.attempts = attempts;
  }

  static ImportStream open(Channel channel, Unanswered unanswered, Attempts attempts) {
    ImportStream stream = new ImportStream(unanswered, attempts);
    UserServiceGrpc.newStub(channel).importUsers(stream);
    return stream;
  }

  void send(ImportUsersRequest request) {
    call.onNext(request);
  }

  void complete() {
    synchronized (this) {
      complete = true;
    }
    call.onCompleted();
  }

  /** Returns when there may be another message; false if there can't. */
  synchronized boolean awaitRoom() throws InterruptedException {
    while (!ended && unanswered.isFull()) {
      wait();
    }
    return !ended;
  }

  /** Returns why it has ended, if not for the end of what was to be sent. */
  synchronized Optional<Failure> awaitEnd() throws InterruptedException {
    while (!ended) {
      wait();
    }
    return failure;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ImportUsersRequest> started) {
    call = started;
  }

  @Override
  public void onNext(ImportUsersResponse response) {
    try {
      unanswered.answer(response);
    } catch (RuntimeException e) { // Which gRPC would take for the connection's.
      end(Optional.of(Failure.here(e.getMessage())));
      return;
    }
    attempts.succeeded();
    synchronized (this) {
      notifyAll();
    }
  }

  @Override
  public void onError(Throwable thrown) {
    end(Optional.of(Failure.of(thrown)));
  }

  @Override
  public void onCompleted() {
    end(
        isComplete() && unanswered.all().isEmpty()
            ? Optional.empty()
            : Optional.of(Failure.of(Status.UNAVAILABLE
                .withDescription("the server has ended the stream before its end")
                .asRuntimeException())));
  }

  private synchronized boolean isComplete() {
    return complete;
  }

  /** The first reason is the one that counts. */
  private synchronized void end(Optional<Failure> why) {
    if (!ended) {
      ended = true;
      failure = why;
      notifyAll();
    }
  }
}
