package dev.doorward.client;

import io.grpc.ServerCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Listens to a call of which it is not known yet who will. What is heard meanwhile is little, for nobody has asked for a
 * message.
 */
final class DelayedListener<Q> extends ServerCall.Listener<Q> {

  private List<Consumer<ServerCall.Listener<Q>>> heard = new ArrayList<>();
  private boolean passing;
  private ServerCall.Listener<Q> listener;

  /** Runs what was heard, and what is heard while that runs, so that whoever hears never waits for it. */
  void start(ServerCall.Listener<Q> actual) {
    for (var next = takeHeard(actual); !next.isEmpty(); next = takeHeard(actual)) {
      next.forEach(event -> event.accept(actual));
    }
  }

  private synchronized List<Consumer<ServerCall.Listener<Q>>> takeHeard(
      ServerCall.Listener<Q> actual) {
    List<Consumer<ServerCall.Listener<Q>>> taken = heard;
    heard = new ArrayList<>();
    listener = actual;
    passing = taken.isEmpty();
    return taken;
  }

  @Override
  public void onMessage(Q message) {
    pass(actual -> actual.onMessage(message));
  }

  @Override
  public void onHalfClose() {
    pass(ServerCall.Listener::onHalfClose);
  }

  @Override
  public void onCancel() {
    pass(ServerCall.Listener::onCancel);
  }

  @Override
  public void onComplete() {
    pass(ServerCall.Listener::onComplete);
  }

  @Override
  public void onReady() {
    pass(ServerCall.Listener::onReady);
  }

  private void pass(Consumer<ServerCall.Listener<Q>> event) {
    synchronized (this) {
      if (!passing) {
        heard.add(event);
        return;
      }
    }
    event.accept(listener);
  }
}
