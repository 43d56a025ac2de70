package dev.doorward.client;

import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;

/**
 * Takes the answer to a call that has one.
 *
 * @param taken is given the answer
 * @param failed is given why there is none
 * @param ended runs in either case, last
 */
record Answer<A>(Consumer<A> taken, Consumer<Throwable> failed, Runnable ended)
    implements StreamObserver<A> {

  @Override
  public void onNext(A answer) {
    taken.accept(answer);
  }

  @Override
  public void onError(Throwable thrown) {
    try {
      failed.accept(thrown);
    } finally {
      ended.run();
    }
  }

  @Override
  public void onCompleted() {
    ended.run();
  }
}
