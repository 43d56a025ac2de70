package dev.doorward.rpc;

import dev.doorward.call.Caller;
import dev.doorward.call.Role;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lets in whom it knows and who has the role, and puts the caller into the context. Nothing asks for the call's messages
 * before that, so a request that is refused is not even parsed. Who is not in memory is looked for by others, for this runs
 * on the network's threads too.
 */
final class CallerInterceptor implements ServerInterceptor {

  private static final Context.Key<Caller> CALLER = Context.key("caller");
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Authentication authentication;
  private final MethodRoles roles;
  private final OpenStreams streams;

  CallerInterceptor(Authentication authentication, MethodRoles roles, OpenStreams streams) {
    this.authentication = authentication;
    this.roles = roles;
    this.streams = streams;
  }

  /** Who makes the present call. */
  static Caller caller() {
    Caller caller = CALLER.get();
    if (caller == null) {
      throw new IllegalStateException("the call passed by the caller interceptor");
    }
    return caller;
  }

  static Refusal roleRequired(Set<Role> roles) {
    String names = EnumSet.copyOf(roles).stream()
        .map(role -> role.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(","));
    return Refusal.because(
        Reason.ROLE_REQUIRED,
        "the caller has no role that may call this (expected: one of " + names + ")",
        Map.of("roles", names));
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Optional<Credential> credential = credential(call, headers);
    if (credential.isEmpty()) {
      return ErrorInterceptor.refuse(call, Authentication.unknown());
    }
    Arrival<Q, A> arrival = new Arrival<>(call, headers, next, credential.get(), Context.current());
    Optional<Caller> known = authentication.recall(credential.get());
    return known.isPresent() ? admit(arrival, known.get()) : ask(arrival);
  }

  /** A call at the door. */
  private record Arrival<Q, A>(
      ServerCall<Q, A> call,
      Metadata headers,
      ServerCallHandler<Q, A> next,
      Credential credential,
      Context context) {}

  /** A key is what a caller means to show; a certificate may be there for the connection alone. */
  private static Optional<Credential> credential(ServerCall<?, ?> call, Metadata headers) {
    String authorization = headers.get(AUTHORIZATION);
    return authorization != null
        ? Optional.of(Credential.header(authorization))
        : ClientCertificates.name(call).map(Credential::certificate);
  }

  private <Q, A> ServerCall.Listener<Q> ask(Arrival<Q, A> arrival) {
    DelayedListener<Q> delayed = new DelayedListener<>();
    authentication
        .lookUp(arrival.credential())
        .whenComplete((caller, thrown) -> delayed.set(
            thrown == null
                ? admit(arrival, caller)
                : ErrorInterceptor.refuse(arrival.call(), thrown)));
    return delayed;
  }

  private <Q, A> ServerCall.Listener<Q> admit(Arrival<Q, A> arrival, Caller caller) {
    ServerCall<Q, A> call = arrival.call();
    Set<Role> wanted = roles.of(call.getMethodDescriptor());
    if (!caller.hasAnyOf(wanted)) {
      return ErrorInterceptor.refuse(call, roleRequired(wanted));
    }
    Context context = arrival.context().withValue(CALLER, caller);
    if (call.getMethodDescriptor().getType() == MethodType.UNARY) {
      return Contexts.interceptCall(context, call, arrival.headers(), arrival.next());
    }
    OpenStreams.Stream<Q, A> stream = streams.add(call, arrival.credential(), wanted);
    return stream.watched(
        Contexts.interceptCall(context, stream, arrival.headers(), arrival.next()));
  }
}
