package dev.doorward.rpc;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.doorward.Config;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.Set;

/** Lets each caller make so many calls within a second: validations by one measure, all others by another. */
final class Rates implements ServerInterceptor {

  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final int MAX_CALLERS = 10_000;

  private final LoadingCache<String, Bucket> calls;
  private final LoadingCache<String, Bucket> validations;
  private final Set<String> inPlace;

  /** @param inPlace full names of the methods that never wait, and cost little */
  Rates(Config.Limits limits, Set<String> inPlace) {
    this.calls = buckets(limits.callsPerSecond());
    this.validations = buckets(limits.validationsPerSecond());
    this.inPlace = inPlace;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    boolean cheap = inPlace.contains(call.getMethodDescriptor().getFullMethodName());
    Bucket bucket = (cheap ? validations : calls).get(CallerInterceptor.caller().name());
    ConsumptionProbe taken = bucket.tryConsumeAndReturnRemaining(1);
    if (!taken.isConsumed()) {
      return ErrorInterceptor.refuse(
          call,
          Refusal.forNow(
              Reason.RATE_LIMITED,
              "the calling service makes more calls than it may within a second",
              Duration.ofNanos(taken.getNanosToWaitForRefill()),
              null));
    }
    return next.startCall(call, headers);
  }

  /** One that is dropped while unused would have been full again. */
  private static LoadingCache<String, Bucket> buckets(int perSecond) {
    return Caffeine.newBuilder()
        .maximumSize(MAX_CALLERS)
        .expireAfterAccess(WINDOW.multipliedBy(10))
        .build(caller -> Bucket.builder()
            .addLimit(limit -> limit.capacity(perSecond).refillGreedy(perSecond, WINDOW))
            .build());
  }
}
