package dev.doorward.rpc;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Sends answers. */
public final class Replies {

  private Replies() {}

  public static <A> void reply(StreamObserver<A> observer, A answer) {
    observer.onNext(answer);
    observer.onCompleted();
  }

  public static void refuse(StreamObserver<?> observer, Throwable thrown) {
    observer.onError(Errors.toStatus(thrown));
  }

  /** Answers once the work is done, on whichever thread that happens. */
  public static <T, A> void replyLater(
      StreamObserver<A> observer, CompletionStage<T> work, Function<T, A> toAnswer) {
    work.whenComplete((result, thrown) -> {
      if (thrown != null) {
        refuse(observer, thrown);
        return;
      }
      try {
        reply(observer, toAnswer.apply(result));
      } catch (RuntimeException e) {
        refuse(observer, e);
      }
    });
  }
}
