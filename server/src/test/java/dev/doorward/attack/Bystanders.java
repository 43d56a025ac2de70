package dev.doorward.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.Await;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Consistency;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.UserServiceGrpc;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Callers who do nothing wrong, each on a connection of its own, and how it went for them meanwhile. */
final class Bystanders implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(120);
  /** A machine may be busy with other things as well. */
  private static final long DEADLINE_SECONDS = 15;

  /** Whoever asks for health more often than so is held up. */
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(20);

  private static final int ENOUGH = 1000;
  private static final double SERVED = 0.999;

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong calls = new AtomicLong();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private long looked;
  private volatile boolean over;

  /** They begin at once; every kind has been answered when this returns. */
  Bystanders(TestServer server) {
    this(
        server.given().session(),
        () -> NettyChannelBuilder.forAddress("127.0.0.1", server.port())
            .usePlaintext()
            .intercept(TestServer.credential())
            .build());
  }

  /** @param newChannel to the server, with a key */
  Bystanders(Session session, Supplier<ManagedChannel> newChannel) {
    ValidateSessionRequest fromMemory = ValidateSessionRequest.newBuilder()
        .setSessionToken(session.getSessionToken())
        .build();
    ValidateSessionRequest fresh =
        fromMemory.toBuilder().setConsistency(Consistency.CONSISTENCY_FRESH).build();
    GetUserRequest user =
        GetUserRequest.newBuilder().setUserId(session.getUserId()).build();

    add(newChannel.get(), channel -> stub(channel).validateSession(fromMemory));
    add(newChannel.get(), channel -> stub(channel).validateSession(fresh));
    add(
        newChannel.get(),
        channel -> UserServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
            .getUser(user));
    add(newChannel.get(), channel -> {
      HealthGrpc.newBlockingStub(channel)
          .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
          .check(HealthCheckRequest.getDefaultInstance());
      LockSupport.parkNanos(BETWEEN_PROBES.toNanos());
    });
    threads.forEach(Thread::start);
    awaitMore(threads.size());
  }

  /** Until they have made so many more calls. */
  void awaitMore(int more) {
    long until = calls.get() + more;
    Await.until(LIMIT, "the bystanders make more calls", () -> calls.get() >= until);
  }

  /** At least 99.9 % of at least 1,000 calls since the last time were answered rightly and in time. */
  void assertServed() {
    long until = looked + ENOUGH;
    Await.until(LIMIT, "the bystanders have called enough", () -> calls.get() >= until);
    awaitMore(100);
    long made = calls.get() - looked;
    looked = calls.get();
    List<String> failed = new ArrayList<>();
    for (String failure = failures.poll(); failure != null; failure = failures.poll()) {
      failed.add(failure);
    }
    assertThat(failed).hasSizeLessThanOrEqualTo((int) (made * (1 - SERVED)));
  }

  @Override
  public void close() {
    over = true;
    Await.until(LIMIT, "every call has ended", () -> threads.stream().noneMatch(Thread::isAlive));
    channels.forEach(ManagedChannel::shutdownNow);
  }

  private static SessionServiceGrpc.SessionServiceBlockingStub stub(ManagedChannel channel) {
    return SessionServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private interface Call {
    void on(ManagedChannel channel);
  }

  private void add(ManagedChannel channel, Call call) {
    channels.add(channel);
    Thread thread = new Thread(
        () -> {
          while (!over) {
            try {
              call.on(channel);
            } catch (StatusRuntimeException e) {
              failures.add(e.getMessage());
            }
            calls.incrementAndGet();
          }
        },
        "bystander");
    thread.setDaemon(true);
    threads.add(thread);
  }
}
