package dev.doorward.rpc;

import dev.doorward.Config;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import io.github.bucket4j.Bucket;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lets each caller make so many calls within a second: validations by one measure, all others by another. */
final class Rates implements ServerInterceptor {

  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final int MAX_CALLERS = 10_000;

  private final Buckets calls;
  private final Buckets validations;
  private final Set<String> inPlace;

  /** @param inPlace full names of the methods that never wait, and cost little */
  Rates(Config.Limits limits, Set<String> inPlace) {
    this.calls = new Buckets(limits.callsPerSecond());
    this.validations = new Buckets(limits.validationsPerSecond());
    this.inPlace = inPlace;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    boolean cheap = inPlace.contains(call.getMethodDescriptor().getFullMethodName());
    Bucket bucket = (cheap ? validations : calls).of(CallerInterceptor.caller().name());
    if (!bucket.tryConsume(1)) {
      return ErrorInterceptor.refuse(
          call,
          Refusal.forNow(
              Reason.RATE_LIMITED,
              "the calling service makes more calls than it may within a second",
              Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill()),
              null));
    }
    return next.startCall(call, headers);
  }

  /** One for each caller that has called. */
  private static final class Buckets {

    private final int perSecond;
    private final ConcurrentHashMap<String, Bucket> byCaller = new ConcurrentHashMap<>();

    private Buckets(int perSecond) {
      this.perSecond = perSecond;
    }

    private Bucket of(String caller) {
      Bucket bucket = byCaller.get(caller);
      return bucket == null ? add(caller) : bucket;
    }

    private Bucket add(String caller) {
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
}
