package dev.doorward.rpc;

import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import io.github.bucket4j.Bucket;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Lets everybody make so many calls within a second. Where one call is answered many times, each message that is to be
 * answered counts as one.
 */
final class Rates implements ServerInterceptor {

  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final int MAX_CALLERS = 10_000;

  private final Function<ServerCall<?, ?>, Bucket> buckets;

  private Rates(Function<ServerCall<?, ?>, Bucket> buckets) {
    this.buckets = buckets;
  }

  /**
   * Of each caller: validations by one measure, all others by another.
   *
   * @param inPlace full names of the methods that never wait, and cost little
   */
  static Rates ofCallers(LimitConfig limits, Set<String> inPlace) {
    Buckets<String> calls = new Buckets<>(limits.callsPerSecond());
    Buckets<String> validations = new Buckets<>(limits.validationsPerSecond());
    return new Rates(call -> (inPlace.contains(call.getMethodDescriptor().getFullMethodName())
            ? validations
            : calls)
        .of(CallerInterceptor.caller().name()));
  }

  /** Of each address, for nobody knows who is there. */
  static Rates ofAddresses(int perSecond) {
    Buckets<ByteBuffer> calls = new Buckets<>(perSecond);
    return new Rates(call ->
        calls.of(Connections.network(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR))));
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Bucket bucket = buckets.apply(call);
    if (!bucket.tryConsume(1)) {
      return ErrorInterceptor.refuse(call, tooMany(bucket));
    }
    ServerCall.Listener<Q> listener = next.startCall(call, headers);
    return call.getMethodDescriptor().getType() == MethodType.BIDI_STREAMING
        ? new Counting<>(listener, call, bucket)
        : listener;
  }

  private static Refusal tooMany(Bucket bucket) {
    return Refusal.forNow(
        Reason.RATE_LIMITED,
        "more calls than may be made within a second",
        Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill()),
        null);
  }

  /** One for each that has called. */
  private static final class Buckets<K> {

    private final int perSecond;
    private final ConcurrentHashMap<K, Bucket> byCaller = new ConcurrentHashMap<>();

    private Buckets(int perSecond) {
      this.perSecond = perSecond;
    }

    private Bucket of(K caller) {
      Bucket bucket = byCaller.get(caller);
      return bucket == null ? add(caller) : bucket;
    }

    private Bucket add(K caller) {
      if (byCaller.size() >= MAX_CALLERS) {
        byCaller
            .clear(); // Once in so many callers that are new, all may make a second's calls more.
      }
      return byCaller.computeIfAbsent(
          caller,
          name -> Bucket.builder()
              .addLimit(limit -> limit.capacity(perSecond).refillGreedy(perSecond, WINDOW))
              .build());
    }
  }

  /** Passes messages on as long as there are not too many. */
  private static final class Counting<Q> extends SimpleForwardingServerCallListener<Q> {

    private final ServerCall<Q, ?> call;
    private final Bucket bucket;
    private boolean refused;

    private Counting(ServerCall.Listener<Q> delegate, ServerCall<Q, ?> call, Bucket bucket) {
      super(delegate);
      this.call = call;
      this.bucket = bucket;
    }

    @Override
    public void onMessage(Q message) {
      if (!refused && !bucket.tryConsume(1)) {
        refused = true;
        ErrorInterceptor.close(call, tooMany(bucket));
      }
      if (!refused) {
        super.onMessage(message);
      }
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        super.onHalfClose();
      }
    }
  }
}
