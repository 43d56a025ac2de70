package dev.doorward.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.nio.channels.ClosedChannelException;

/**
 * Calls it UNAVAILABLE that a connection was lost. gRPC does so itself, but for a call that is begun at the very moment at
 * which the connection ends: that one is UNKNOWN to it (<a href="https://github.com/grpc/grpc-java/issues/10120">grpc-java
 * 10120</a>).
 */
final class LostConnections implements ClientInterceptor {

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                super.onClose(named(status), trailers);
              }
            },
            headers);
      }
    };
  }

  private static Status named(Status status) {
    return status.getCode() == Status.Code.UNKNOWN
            && status.getCause() instanceof ClosedChannelException
        ? Status.UNAVAILABLE.withDescription("the connection was lost").withCause(status.getCause())
        : status;
  }
}
