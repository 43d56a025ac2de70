package dev.doorward.rpc;

import dev.doorward.error.Refusal;
import dev.doorward.error.Refusal.Violation;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Answers for bytes that can't be cut into messages: one that ends in its middle, or is marked as compressed without being
 * so. gRPC calls that a fault of the server's, and would say so behind the back of all interceptors.
 */
final class Framing implements ServerInterceptor {

  private static final Context.Key<Watch> WATCH = Context.key("framing");

  /** Hears from the transport how a call has ended, just before the call's listener hears that it has. */
  static class Watch extends ServerStreamTracer {

    private volatile Status ended = Status.OK;

    @Override
    public Context filterContext(Context context) {
      return context.withValue(WATCH, this);
    }

    @Override
    public void streamClosed(Status status) {
      ended = status;
    }
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Watch watch = WATCH.get();
    // To one message the answer comes when it is whole; to several, while the next one is coming.
    Once<Q, A> once = call.getMethodDescriptor().getType().clientSendsOneMessage()
        ? new Once<>(call)
        : new InTurns<>(call);
    return new SimpleForwardingServerCallListener<>(next.startCall(once, headers)) {
      private boolean whole;

      @Override
      public void onHalfClose() {
        whole = true;
        super.onHalfClose();
      }

      @Override
      public void onCancel() {
        if (!whole) {
          once.end(watch.ended);
        }
        super.onCancel();
      }
    };
  }

  /** A call that may be ended from two sides, by the first of them. */
  private static class Once<Q, A> extends SimpleForwardingServerCall<Q, A> {

    private final AtomicBoolean closed = new AtomicBoolean();

    private Once(ServerCall<Q, A> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (closed.compareAndSet(false, true)) {
        super.close(status, trailers);
      }
    }

    final boolean isClosed() {
      return closed.get();
    }

    /**
     * Says why the transport has ended the call, if it has not got as far as a whole request: ahead of gRPC, and of a
     * handler that hears of the end. What has a cause is a fault of HTTP/2's, which is answered there.
     */
    private void end(Status ended) {
      if (ended.getCause() != null) {
        return;
      }
      if (ended.getCode() == Status.Code.INTERNAL) {
        StatusRuntimeException status = Errors.toStatus(Refusal.invalid(
            List.of(new Violation("", "the bytes are not a sequence of messages"))));
        close(status.getStatus(), Status.trailersFromThrowable(status));
      } else if (ended.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
        close(ended, new Metadata()); // A message is too large.
      }
    }
  }

  /** Such a call, whose handler may just be saying something on another thread. */
  private static final class InTurns<Q, A> extends Once<Q, A> {

    private InTurns(ServerCall<Q, A> call) {
      super(call);
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
      if (!isClosed()) {
        super.sendHeaders(headers);
      }
    }

    @Override
    public synchronized void sendMessage(A message) {
      if (!isClosed()) {
        super.sendMessage(message);
      }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      super.close(status, trailers);
    }
  }
}
