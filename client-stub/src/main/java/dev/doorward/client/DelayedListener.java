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

  private final List<Consumer<ServerCall.Listener<Q>>> heard = new ArrayList<>();
  private ServerCall.Listener<Q> listener;

  synchronized void start(ServerCall.Listener<Q> actual) {
    listener = actual;
    heard.forEach(event -> event.accept(actual));
    heard.clear();
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

  private synchronized void pass(Consumer<ServerCall.Listener<Q>> event) {
    if (listener == null) {
      heard.add(event);
    } else {
      event.accept(listener);
    }
  }
}
