package dev.doorward.rpc;

import dev.doorward.error.Refusal;
import dev.doorward.error.Refusal.Violation;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;

/** Answers a call with what its handler throws, in the form of {@link Errors}. */
final class ErrorInterceptor implements ServerInterceptor {

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    try {
      return new Guarded<>(call, next.startCall(call, headers));
    } catch (RuntimeException e) {
      return refuse(call, e);
    }
  }

  /** Ends a call before its handler has heard of it. */
  static <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, Throwable thrown) {
    close(call, thrown);
    return new ServerCall.Listener<>() {};
  }

  static void close(ServerCall<?, ?> call, Throwable thrown) {
    if (call.isCancelled()) {
      return; // Nobody listens.
    }
    StatusRuntimeException status = Errors.toStatus(thrown);
    Metadata trailers = Status.trailersFromThrowable(status);
    call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  private static final class Guarded<Q> extends SimpleForwardingServerCallListener<Q> {

    private final ServerCall<Q, ?> call;
    private boolean asked;
    private boolean refused;

    private Guarded(ServerCall<Q, ?> call, ServerCall.Listener<Q> delegate) {
      super(delegate);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      guard(() -> {
        if (message == null) {
          throw Refusal.invalid(List.of(new Violation("", "the bytes are not a request")));
        }
        asked = true;
        super.onMessage(message);
      });
    }

    @Override
    public void onHalfClose() {
      guard(() -> {
        // gRPC's own handlers call that a fault of the server's.
        if (!asked && call.getMethodDescriptor().getType().clientSendsOneMessage()) {
          throw Refusal.invalid(List.of(new Violation("", "there is no request")));
        }
        super.onHalfClose();
      });
    }

    @Override
    public void onReady() {
      guard(super::onReady);
    }

    private void guard(Runnable work) {
      if (refused) {
        return;
      }
      try {
        work.run();
      } catch (RuntimeException e) {
        refused = true;
        close(call, e);
      }
    }
  }
}
