package dev.doorward.rpc;

import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Gives calls a place while there is one: at the first moment, on the network's own thread, so that a call without a place
 * costs no worker. What runs in place needs none.
 */
final class Admission extends ServerStreamTracer.Factory {

  private static final Context.Key<Place> PLACE = Context.key("place");
  private static final String HEALTH = HealthGrpc.getWatchMethod().getFullMethodName();

  private final Duration callTime;
  private final Room calls;
  private final Room streams;
  private final Room watchers;
  private final Set<String> inPlace;
  private final Set<String> streaming;

  /**
   * @param inPlace full names of the methods that never wait
   * @param streaming full names of the methods with more than one request or answer
   */
  Admission(LimitConfig limits, Set<String> inPlace, Set<String> streaming) {
    this.callTime = limits.callTime();
    this.calls = new Room(limits.calls());
    this.streams = new Room(limits.streams());
    this.watchers = new Room(limits.healthWatchers());
    this.inPlace = inPlace;
    this.streaming = streaming;
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    if (streaming.contains(method)) {
      // Anybody may watch the health, and keeps nobody else from a stream by that.
      return new Place(method.equals(HEALTH) ? watchers : streams);
    }
    Timeouts.limit(headers, callTime);
    return inPlace.contains(method) ? new Framing.Watch() : new Place(calls);
  }

  /** How many places are taken, by what they are for. */
  Map<String, LongSupplier> taken() {
    return Map.of(
        "calls", calls::taken, "streams", streams::taken, "health_watchers", watchers::taken);
  }

  /** The workers for the present call, which keeps its place until they are done with it, even if it ends before. */
  static Executor executor(Workers workers) {
    Place place = PLACE.get();
    return place == null ? workers : work -> place.runOn(workers, work);
  }

  /** Turns calls without a place away. */
  static final class Interceptor implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      Place place = PLACE.get();
      if (place == null) {
        return next.startCall(call, headers);
      }
      if (!place.given) {
        return ErrorInterceptor.refuse(call, Room.overloaded());
      }
      return next.startCall(
          new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
              // A caller that never takes its answer keeps no place.
              place.leave();
              super.close(status, trailers);
            }
          },
          headers);
    }
  }

  /** One call's place: given back when the call is over and nothing of it waits for a worker any more. */
  private final class Place extends Framing.Watch {

    private final Room room;
    private final boolean given;
    private final AtomicInteger holds = new AtomicInteger(1);
    private final AtomicBoolean left = new AtomicBoolean();

    Place(Room room) {
      this.room = room;
      this.given = room.tryEnter();
    }

    @Override
    public Context filterContext(Context context) {
      return super.filterContext(context).withValue(PLACE, this);
    }

    @Override
    public void streamClosed(Status status) {
      super.streamClosed(status);
      leave();
    }

    void leave() {
      if (given && left.compareAndSet(false, true)) {
        letGo();
      }
    }

    void runOn(Workers workers, Runnable work) {
      // What is left to do after the place was given back, such as to tell of the end, takes none
      // anew.
      if (holds.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
        workers.execute(work);
        return;
      }
      try {
        workers.execute(() -> {
          try {
            work.run();
          } finally {
            letGo();
          }
        });
      } catch (RuntimeException e) {
        letGo();
        throw e;
      }
    }

    private void letGo() {
      if (holds.decrementAndGet() == 0) {
        room.leave();
      }
    }
  }
}
