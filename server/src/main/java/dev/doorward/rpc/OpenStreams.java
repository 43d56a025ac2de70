package dev.doorward.rpc;

import dev.doorward.call.Caller;
import dev.doorward.call.Role;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The streams that are open. Every second each of them is asked anew for what proves its caller, and ends if its caller would not be let in
 * any more: a stream may outlive the key that opened it by far.
 */
public final class OpenStreams implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Authentication authentication;
  private final Set<Stream<?, ?>> open = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "open-streams");
        thread.setDaemon(true);
        return thread;
      });

  public OpenStreams(Authentication authentication) {
    this.authentication = authentication;
    timer.scheduleWithFixedDelay(
        () -> open.forEach(this::look),
        INTERVAL.toMillis(),
        INTERVAL.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** A stream that is watched from now on, in place of the call. */
  <Q, A> Stream<Q, A> add(ServerCall<Q, A> call, Credential credential, Set<Role> roles) {
    Stream<Q, A> stream = new Stream<>(call, credential, roles);
    open.add(stream);
    return stream;
  }

  private void look(Stream<?, ?> stream) {
    Optional<Caller> known = authentication.recall(stream.credential);
    if (known.isPresent()) {
      stream.judge(known.get());
    } else if (stream.inQuestion.compareAndSet(false, true)) {
      authentication.lookUp(stream.credential).whenComplete((caller, thrown) -> {
        stream.inQuestion.set(false);
        if (thrown == null) {
          stream.judge(caller);
        } else if (isUnknown(thrown)) {
          stream.end(Authentication.unknown());
        } // Otherwise nobody can tell just now, and there is another look in a second.
      });
    }
  }

  private static boolean isUnknown(Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    return cause instanceof Refusal refusal && refusal.reason() == Reason.CALLER_UNAUTHENTICATED;
  }

  /** A call that can be ended by somebody else than its handler, who then speaks to nobody. */
  final class Stream<Q, A> extends SimpleForwardingServerCall<Q, A> {

    private final Credential credential;
    private final Set<Role> roles;
    private final AtomicBoolean inQuestion = new AtomicBoolean();
    private boolean ended;

    private Stream(ServerCall<Q, A> call, Credential credential, Set<Role> roles) {
      super(call);
      this.credential = credential;
      this.roles = roles;
    }

    /** The handler's listener, and with the end of the call the end of the watch. */
    ServerCall.Listener<Q> watched(ServerCall.Listener<Q> listener) {
      return new SimpleForwardingServerCallListener<>(listener) {
        @Override
        public void onCancel() {
          open.remove(Stream.this);
          super.onCancel();
        }

        @Override
        public void onComplete() {
          open.remove(Stream.this);
          super.onComplete();
        }
      };
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
      if (!ended) {
        super.sendHeaders(headers);
      }
    }

    @Override
    public synchronized void sendMessage(A message) {
      if (!ended) {
        super.sendMessage(message);
      }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      if (!ended) {
        ended = true;
        super.close(status, trailers);
      }
    }

    /** So a handler that asks learns that nobody is there any more. */
    @Override
    public synchronized boolean isCancelled() {
      return ended || super.isCancelled();
    }

    private void judge(Caller caller) {
      if (!caller.hasAnyOf(roles)) {
        end(CallerInterceptor.roleRequired(roles));
      }
    }

    private void end(Refusal refusal) {
      ErrorInterceptor.close(this, refusal);
    }
  }
}
