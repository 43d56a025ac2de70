package dev.doorward.rpc;

import io.grpc.ServerCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Stands in for the listener of a call until there is one: keeps what happens in the meantime, and tells it then, in order
 * and never two things at once.
 */
final class DelayedListener<Q> extends Relay<Q> {

  private ServerCall.Listener<Q> listener;
  private List<Consumer<ServerCall.Listener<Q>>> waiting = new ArrayList<>();
  private volatile boolean passing;

  /** To be called once. Tells the listener all that has happened, on this thread, before it returns. */
  void set(ServerCall.Listener<Q> awaited) {
    listener = awaited;
    for (List<Consumer<ServerCall.Listener<Q>>> due = takeOrPass();
        !due.isEmpty();
        due = takeOrPass()) {
      due.forEach(event -> event.accept(awaited));
    }
  }

  @Override
  void tell(Consumer<ServerCall.Listener<Q>> event) {
    if (!passing) {
      synchronized (this) {
        if (!passing) {
          waiting.add(event);
          return;
        }
      }
    }
    event.accept(listener);
  }

  /** What has to be told; empty if from now on nothing has to wait any more. */
  private synchronized List<Consumer<ServerCall.Listener<Q>>> takeOrPass() {
    List<Consumer<ServerCall.Listener<Q>>> due = waiting;
    waiting = new ArrayList<>();
    passing = due.isEmpty();
    return due;
  }
}
