package dev.doorward.rpc;

import io.grpc.ServerCall;
import java.util.function.Consumer;

/** Passes on what happens to a call to another listener, in its own way. */
abstract class Relay<Q> extends ServerCall.Listener<Q> {

  /** Sees to it that the other listener hears of the event. */
  abstract void tell(Consumer<ServerCall.Listener<Q>> event);

  @Override
  public final void onMessage(Q message) {
    tell(to -> to.onMessage(message));
  }

  @Override
  public final void onHalfClose() {
    tell(ServerCall.Listener::onHalfClose);
  }

  @Override
  public final void onCancel() {
    tell(ServerCall.Listener::onCancel);
  }

  @Override
  public final void onComplete() {
    tell(ServerCall.Listener::onComplete);
  }

  @Override
  public final void onReady() {
    tell(ServerCall.Listener::onReady);
  }
}
