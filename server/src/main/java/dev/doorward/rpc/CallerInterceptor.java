package dev.doorward.rpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Puts the name of the calling service into the context. As long as only this machine can call, that is always the same. */
final class CallerInterceptor implements ServerInterceptor {

  private static final Context.Key<String> CALLER = Context.key("caller");
  private static final String LOCAL = "local";

  /** The name of the calling service. */
  static String caller() {
    String caller = CALLER.get();
    if (caller == null) {
      throw new IllegalStateException("the call passed by the caller interceptor");
    }
    return caller;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return Contexts.interceptCall(Context.current().withValue(CALLER, LOCAL), call, headers, next);
  }
}
