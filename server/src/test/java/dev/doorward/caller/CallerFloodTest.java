package dev.doorward.caller;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.development.MariaDbFaults;
import dev.doorward.testing.Await;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateUserRequest;
import dev.doorward.v1.ListUsersRequest;
import dev.doorward.v1.User;
import dev.doorward.v1.UserServiceGrpc;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Keys that anybody can make up, checksum and all. */
class CallerFloodTest {

  private static final int CONNECTIONS = 4;
  private static final int CALLS_EACH = 200;

  /** Two that are looked for, and those that may wait. */
  private static final int AT_ONCE = 2 + 256;

  @Test
  void strangersWaitInAShortLineAndWhoeverFindsNoRoomIsRefusedAtOnce() throws Exception {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(mariaDb)) {
      List<ManagedChannel> channels = new ArrayList<>();
      List<ListenableFuture<?>> calls = new ArrayList<>();
      MariaDbFaults.pause(mariaDb);
      try {
        for (int i = 0; i < CONNECTIONS; i++) {
          ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
              .usePlaintext()
              .build();
          channels.add(channel);
          for (int j = 0; j < CALLS_EACH; j++) {
            calls.add(callAsStranger(channel));
          }
        }

        int refused = CONNECTIONS * CALLS_EACH - AT_ONCE;
        Await.until(
            Duration.ofSeconds(30),
            refused + " are refused while the database says nothing",
            () -> calls.stream().filter(Future::isDone).count() >= refused);
      } finally {
        MariaDbFaults.resume(mariaDb);
      }
      for (ListenableFuture<?> call : calls) {
        assertThat(codeOf(call)).isIn(Status.Code.UNAVAILABLE, Status.Code.UNAUTHENTICATED);
      }
      Await.until(Duration.ofSeconds(30), "whoever is known is answered", () -> isServed(server));
      channels.forEach(ManagedChannel::shutdownNow);
    }
  }

  /** One that is too large would be refused for that, if anybody had begun to take it off the wire. */
  @Test
  void whatAStrangerSendsIsNotReadWhileItIsNotKnownWhoCalls() throws Exception {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(mariaDb)) {
      ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
          .usePlaintext()
          .build();
      ListenableFuture<?> call;
      MariaDbFaults.pause(mariaDb);
      try {
        call = UserServiceGrpc.newFutureStub(channel)
            .withInterceptors(stranger())
            .createUser(CreateUserRequest.newBuilder()
                .setUser(User.newBuilder().setEmail("x".repeat(2 << 20)))
                .build());
        callsOfOthersGetThrough(channel);
      } finally {
        MariaDbFaults.resume(mariaDb);
      }

      assertThat(codeOf(call)).isIn(Status.Code.UNAVAILABLE, Status.Code.UNAUTHENTICATED);
      channel.shutdownNow();
    }
  }

  /** On the same connection and behind it, so that the server has seen the call as far as it wants to. */
  private static void callsOfOthersGetThrough(ManagedChannel channel) {
    for (int i = 0; i < 100; i++) {
      HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());
    }
  }

  private static ListenableFuture<?> callAsStranger(ManagedChannel channel) {
    return UserServiceGrpc.newFutureStub(channel)
        .withInterceptors(stranger())
        .listUsers(ListUsersRequest.getDefaultInstance());
  }

  private static ClientInterceptor stranger() {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + CallerKey.generate().reveal());
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  private static Status.Code codeOf(ListenableFuture<?> call) throws InterruptedException {
    try {
      call.get();
      return Status.Code.OK;
    } catch (ExecutionException e) {
      return Status.fromThrowable(e).getCode();
    }
  }

  private static boolean isServed(TestServer server) {
    try {
      server.users().listUsers(ListUsersRequest.getDefaultInstance());
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }
}
