package dev.doorward.rpc;

import static dev.doorward.testing.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.Await;
import dev.doorward.testing.Refusals;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.testing.Watch;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Anybody may ask for the server's health without a key, and does not get more of it than there is for everybody. */
@Timeout(120)
class HealthLimitsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void anAddressThatChecksTooOftenIsToldAndNobodyElseIs() {
    try (TestServer server =
        TestServer.start(TestMariaDb.shared(), "limit.health-per-second", "20")) {
      ManagedChannel flood = from("127.0.0.2", server);
      ManagedChannel probe = from("127.0.0.1", server);
      try {
        StatusRuntimeException refusal = refusal(() -> {
          for (int i = 0; i < 1000; i++) {
            check(flood);
          }
        });
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(Refusals.reason(refusal)).isEqualTo(Reason.RATE_LIMITED);

        assertThat(check(probe)).isEqualTo(ServingStatus.SERVING);
        Await.until(LIMIT, "the next second comes", () -> {
          try {
            return check(flood) == ServingStatus.SERVING;
          } catch (StatusRuntimeException e) {
            return false;
          }
        });
      } finally {
        flood.shutdownNow();
        probe.shutdownNow();
      }
    }
  }

  @Test
  void watchersBeyondTheLimitAreRefusedAndKeepNobodyFromAStream() {
    try (TestServer server = TestServer.start(
        TestMariaDb.shared(), "limit.health-watchers", "5", "limit.streams", "1")) {
      ManagedChannel stranger = from("127.0.0.2", server);
      try {
        List<HealthWatcher> watchers =
            Stream.generate(() -> new HealthWatcher(stranger)).limit(8).toList();
        Await.until(
            LIMIT, "each is answered", () -> watchers.stream().allMatch(HealthWatcher::isAnswered));

        assertThat(watchers.stream().filter(watcher -> watcher.end == null)).hasSize(5);
        assertThat(watchers.stream().filter(watcher -> watcher.end != null))
            .allSatisfy(watcher -> assertThat(Refusals.reason((StatusRuntimeException) watcher.end))
                .isEqualTo(Reason.OVERLOADED));
        Watch.fromNow(server).close();
      } finally {
        stranger.shutdownNow();
      }
      ManagedChannel later = from("127.0.0.2", server);
      try {
        Await.until(LIMIT, "the places are free again", () -> {
          HealthWatcher watcher = new HealthWatcher(later);
          Await.until(LIMIT, "it is answered", watcher::isAnswered);
          return watcher.end == null;
        });
      } finally {
        later.shutdownNow();
      }
    }
  }

  private static ServingStatus check(ManagedChannel channel) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  private static ManagedChannel from(String address, TestServer server) {
    return NettyChannelBuilder.forAddress("127.0.0.1", server.port())
        .usePlaintext()
        .localSocketPicker(new NettyChannelBuilder.LocalSocketPicker() {
          @Override
          public java.net.SocketAddress createSocketAddress(
              java.net.SocketAddress remote, io.grpc.Attributes attributes) {
            return new InetSocketAddress(address, 0);
          }
        })
        .build();
  }

  /** Somebody who wants to hear of every change. */
  private static final class HealthWatcher implements StreamObserver<HealthCheckResponse> {

    private volatile HealthCheckResponse heard;
    private volatile Throwable end;

    private HealthWatcher(ManagedChannel channel) {
      HealthGrpc.newStub(channel).watch(HealthCheckRequest.getDefaultInstance(), this);
    }

    private boolean isAnswered() {
      return heard != null || end != null;
    }

    @Override
    public void onNext(HealthCheckResponse response) {
      heard = response;
    }

    @Override
    public void onError(Throwable thrown) {
      end = thrown;
    }

    @Override
    public void onCompleted() {}
  }
}
