package dev.doorward.client;

import dev.doorward.nearcache.NearCache;
import dev.doorward.nearcache.Position;
import dev.doorward.v1.FeedBatch;
import dev.doorward.v1.FeedHello;
import dev.doorward.v1.FeedPosition;
import dev.doorward.v1.GetFeedHeadRequest;
import dev.doorward.v1.GetFeedHeadResponse;
import dev.doorward.v1.Revocation;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.SessionServiceGrpc.SessionServiceStub;
import dev.doorward.v1.WatchRevocationsRequest;
import dev.doorward.v1.WatchRevocationsResponse;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a near cache true: applies the stream of revocations, begins another one where one ends, and asks for the feed's
 * head three times a lease.
 */
final class FeedFollower {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final int MOST_DOUBLINGS = 5;

  /** A stream that is silent for so many of the server's heartbeats is taken for dead. */
  private static final int HEARTBEATS_MISSED = 3;

  private static final Duration LONGEST_WAIT_FOR_HELLO = Duration.ofSeconds(6);

  private final ManagedChannel channel;
  private final SessionServiceStub sessions;
  private final NearCache<?> cache;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(work -> {
        Thread worker = new Thread(work, "doorward-near-cache");
        worker.setDaemon(true);
        return worker;
      });

  // These belong to the thread.
  private Stream stream;
  private boolean known;
  private int failures;

  FeedFollower(ManagedChannel channel, NearCache<?> cache) {
    this.channel = channel;
    this.sessions = SessionServiceGrpc.newStub(channel);
    this.cache = cache;
  }

  void start() {
    execute(this::watch);
    execute(this::probeRegularly);
  }

  void close() {
    execute(() -> {
      thread.shutdownNow();
      stream.cancel("the client was closed");
    });
  }

  /** Begins a stream where the last one ended. */
  private void watch() {
    WatchRevocationsRequest.Builder request = WatchRevocationsRequest.newBuilder();
    if (known) {
      request.setPosition(toMessage(cache.position()));
    }
    stream = new Stream();
    sessions.watchRevocations(request.build(), stream);
  }

  private void watchAgain() {
    // Else the channel waits up to two minutes before it tries a server again that was away for
    // long.
    channel.resetConnectBackoff();
    watch();
  }

  private void probeRegularly() {
    stream.endIfSilent();
    probe();
    schedule(this::probeRegularly, cache.lease().dividedBy(3));
  }

  /** The time that the lease counts from is the one before the question. */
  private void probe() {
    NearCache<?>.Probe probe = cache.probe();
    sessions
        .withDeadlineAfter(cache.lease().toNanos(), TimeUnit.NANOSECONDS)
        .getFeedHead(
            GetFeedHeadRequest.getDefaultInstance(),
            new Answer<GetFeedHeadResponse>(
                response -> probe.answered(Received.position(response.getHead())),
                thrown -> {}, // The lease runs out by itself.
                () -> {}));
  }

  private void ended(Stream ended) {
    if (ended != stream) {
      return;
    }
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
    failures++;
    long jittered = ThreadLocalRandom.current().nextLong(pause.toNanos() / 2, pause.toNanos());
    schedule(this::watchAgain, Duration.ofNanos(jittered));
  }

  private void execute(Runnable work) {
    try {
      thread.execute(work);
    } catch (RejectedExecutionException e) {
      // Closed: there is nothing to keep true any more.
    }
  }

  private void schedule(Runnable work, Duration after) {
    if (!thread.isShutdown()) {
      thread.schedule(work, after.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private static FeedPosition toMessage(Position position) {
    return FeedPosition.newBuilder()
        .setEpoch(position.epoch())
        .addAllSeqs(position.seqs()::iterator)
        .build();
  }

  /** One stream, from its beginning to its end. */
  private final class Stream
      implements ClientResponseObserver<WatchRevocationsRequest, WatchRevocationsResponse> {

    private ClientCallStreamObserver<WatchRevocationsRequest> call;
    private volatile long heardNanos = System.nanoTime();
    private volatile long silenceNanos = LONGEST_WAIT_FOR_HELLO.toNanos();

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRevocationsRequest> call) {
      this.call = call;
    }

    @Override
    public void onNext(WatchRevocationsResponse message) {
      heardNanos = System.nanoTime();
      switch (message.getMessageCase()) {
        case HELLO -> begin(message.getHello());
        case BATCH -> apply(message.getBatch());
        case RESET -> reset(Received.position(message.getReset().getPosition()));
        case HEARTBEAT, MESSAGE_NOT_SET -> {} // A sign of life, and no more.
      }
    }

    @Override
    public void onError(Throwable thrown) {
      execute(() -> ended(this));
    }

    @Override
    public void onCompleted() {
      execute(() -> ended(this));
    }

    private void begin(FeedHello hello) {
      Duration lease = Received.lease(hello);
      Duration heartbeatInterval = Received.heartbeatInterval(hello);
      Position position = Received.position(hello.getPosition());
      cache.limitLease(lease);
      if (!position.equals(cache.position())) {
        reset(position);
      }
      silenceNanos = heartbeatInterval.toNanos() * HEARTBEATS_MISSED;
      execute(() -> {
        known = true;
        failures = 0;
      });
    }

    private void reset(Position position) {
      cache.reset(position);
      // Whose answer is the first that counts again, and the next turn may be a long lease away.
      execute(FeedFollower.this::probe);
    }

    private void apply(FeedBatch batch) {
      for (Revocation revocation : batch.getRevocationsList()) {
        if (!cache.apply(
            Received.lane(revocation), revocation.getSeq(), Received.revoked(revocation))) {
          // A number is missing. What is known by now may be wrong, so begin anew, from the
          // present.
          cache.reset(cache.position());
          execute(() -> known = false);
          cancel("a revocation is missing");
          return;
        }
      }
    }

    private void endIfSilent() {
      if (System.nanoTime() - heardNanos > silenceNanos) {
        // Its connection may have been forgotten by a network that does not say so, and would take
        // the next stream too.
        channel.enterIdle();
        cancel("nothing was heard for too long");
      }
    }

    private void cancel(String why) {
      call.cancel(why, null);
    }
  }
}
