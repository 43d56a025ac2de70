package dev.doorward.client;

import dev.doorward.v1.Session;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionResponse;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Protects a gRPC service of one's own: lets a call through only if its metadata has the token of a session that is good,
 * and tells the service whose it is.
 *
 * <pre>{@code
 * server.addService(ServerInterceptors.intercept(new OrderService(), new SessionInterceptor(doorward.validator())));
 * ...
 * String buyer = SessionInterceptor.user().getId();
 * }</pre>
 *
 * <p>A call without a token, or with one that is no good, is refused with {@code UNAUTHENTICATED}; one whose token can't be
 * judged now, because Doorward can't be reached and memory may not be believed, with {@code UNAVAILABLE}. In either case
 * the service is not called, and its request not even read. While a token is being asked about, no thread waits.
 *
 * <p>The token is judged once, when the call begins; a long stream goes on if its session ends.
 */
public final class SessionInterceptor implements ServerInterceptor {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String BEARER = "bearer ";

  private static final Status CANNOT_TELL =
      Status.UNAVAILABLE.withDescription("it can't be told now whether the session is good");

  private static final Context.Key<ValidateSessionResponse> VALID = Context.key("doorward-session");

  private final SessionValidator validator;

  /**
   * An interceptor that reads the token from the metadata's {@code authorization: Bearer ...} (RFC 6750).
   *
   * @param validator of a client that is open as long as the service runs
   */
  public SessionInterceptor(SessionValidator validator) {
    this.validator = validator;
  }

  /**
   * The session of the present call.
   *
   * @return without its token
   * @throws IllegalStateException outside a call that came through this interceptor
   */
  public static Session session() {
    return valid().getSession();
  }

  /**
   * The user whom the present call comes from.
   *
   * @return as of when the session was last read
   * @throws IllegalStateException outside a call that came through this interceptor
   */
  public static User user() {
    return valid().getUser();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Optional<String> token = token(headers);
    if (token.isEmpty()) {
      return refuse(call, Status.UNAUTHENTICATED.withDescription("no session token"));
    }
    CompletableFuture<Optional<ValidateSessionResponse>> answer =
        validator.validateAsync(token.get());
    if (answer.isDone() && !answer.isCompletedExceptionally()) {
      return begin(answer.join(), call, headers, next);
    }
    DelayedListener<Q> listener = new DelayedListener<>();
    Context context = Context.current();
    answer.whenComplete((valid, thrown) -> context.run(() -> {
      if (call.isCancelled()) {
        return; // Nobody waits any more.
      }
      try {
        listener.start(
            thrown == null ? begin(valid, call, headers, next) : refuse(call, CANNOT_TELL));
      } catch (Throwable e) {
        // As gRPC itself answers for a service that throws.
        refuse(call, Status.UNKNOWN.withCause(e));
      }
    }));
    return listener;
  }

  private static <Q, A> ServerCall.Listener<Q> begin(
      Optional<ValidateSessionResponse> valid,
      ServerCall<Q, A> call,
      Metadata headers,
      ServerCallHandler<Q, A> next) {
    if (valid.isEmpty()) {
      return refuse(call, Status.UNAUTHENTICATED.withDescription("there is no such session"));
    }
    return Contexts.interceptCall(
        Context.current().withValue(VALID, valid.get()), call, headers, next);
  }

  private static <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, Status status) {
    if (!call.isCancelled()) {
      call.close(status, new Metadata());
    }
    return new ServerCall.Listener<>() {};
  }

  /** The scheme is not case-sensitive (RFC 9110, 11.1). */
  static Optional<String> token(Metadata headers) {
    String value = headers.get(AUTHORIZATION);
    return value != null && value.toLowerCase(Locale.ROOT).startsWith(BEARER)
        ? Optional.of(value.substring(BEARER.length()).trim())
        : Optional.empty();
  }

  private static ValidateSessionResponse valid() {
    ValidateSessionResponse valid = VALID.get();
    if (valid == null) {
      throw new IllegalStateException("this call did not come through a SessionInterceptor");
    }
    return valid;
  }
}
