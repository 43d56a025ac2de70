package dev.doorward.telemetry;

import static dev.doorward.testing.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.development.MariaDbFaults;
import dev.doorward.testing.Await;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.EventWatch;
import dev.doorward.testing.Given;
import dev.doorward.testing.HeldRow;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Session;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.ManagedChannel;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.channelz.v1.GetServersRequest;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class AdminTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void aServerThatServesIsAliveAndReady(TestServer server) {
    assertThat(server.admin("/livez").statusCode()).isEqualTo(200);
    assertThat(server.admin("/readyz").statusCode()).isEqualTo(200);
    assertThat(server.admin("/readyz").body()).isEqualTo("SERVING\n");
    assertThat(server.admin("/livez/and/more").statusCode()).isEqualTo(404);
    assertThat(server.metric("doorward_serving")).isEqualTo(1);
  }

  @Test
  void aServerWithoutADatabaseIsAliveAndNotReady() {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(mariaDb, "admin.port", "0")) {
      MariaDbFaults.kill(mariaDb);

      Await.until(LIMIT, "not ready", () -> server.admin("/readyz").statusCode() == 503);

      assertThat(server.admin("/livez").statusCode()).isEqualTo(200);
      mariaDb.restart();
      Await.until(LIMIT, "ready again", () -> server.admin("/readyz").statusCode() == 200);
    }
  }

  @Test
  void aServerThatStopsIsNotReadyWhileItsCallsGoOn() {
    try (TestServer server = TestServer.start(TestMariaDb.shared(), "admin.port", "0");
        HeldRow row = HeldRow.ofUser(server)) {
      CompletableFuture<?> held = CompletableFuture.runAsync(row::changeThroughTheServer);
      row.awaitWaiter();

      CompletableFuture<?> stopping = CompletableFuture.runAsync(server::stop);

      Await.until(LIMIT, "not ready", () -> server.admin("/readyz").statusCode() == 503);
      assertThat(server.admin("/livez").statusCode()).isEqualTo(200);
      assertThat(held).isNotDone();
      row.letGo();
      assertThat(held).succeedsWithin(LIMIT);
      assertThat(stopping).succeedsWithin(LIMIT);
    }
  }

  @Test
  void callsAreCountedByMethodStatusAndReason(TestServer server) {
    String refusals = "doorward_refusals_total{reason=\"INVALID_CREDENTIALS\"}";
    String calls =
        "grpc_server_call_duration_seconds_count{grpc_method=\"doorward.v1.PasswordService/SignIn\","
            + "grpc_status=\"INVALID_ARGUMENT\"}";
    double refusalsBefore = server.metric(refusals);
    double callsBefore = server.metric(calls);

    refusal(() -> server
        .passwords()
        .signIn(SignInRequest.newBuilder()
            .setEmail(Given.freeEmail())
            .setPassword(Given.WRONG_PASSWORD)
            .build()));

    Await.until(LIMIT, "the call is counted", () -> server.metric(calls) == callsBefore + 1);
    assertThat(server.metric(refusals)).isEqualTo(refusalsBefore + 1);
  }

  @Test
  void whatTheServerKeepsIsShown(TestServer server) {
    Session session = server.given().session();
    ValidateSessionRequest validation = ValidateSessionRequest.newBuilder()
        .setSessionToken(session.getSessionToken())
        .build();
    server.sessions().validateSession(validation);
    double hits = server.metric("doorward_cache_hits_total{cache=\"sessions\"}");
    server.sessions().validateSession(validation);

    assertThat(server.metric("doorward_cache_hits_total{cache=\"sessions\"}")).isGreaterThan(hits);
    assertThat(server.metric("doorward_cache_entries{cache=\"sessions\"}")).isPositive();
    assertThat(server.metric("doorward_connections")).isPositive();
    assertThat(server.metric("doorward_feed_lag_seconds")).isBetween(0.0, 30.0);
    assertThat(server.metric("db_client_connection_max{db_client_connection_pool_name=\"writes\"}"))
        .isEqualTo(16);
    assertThat(server.metric(
            "db_client_operation_duration_seconds_count{db_query_summary=\"SessionMapper.insert\","
                + "db_system_name=\"mariadb\"}"))
        .isPositive();
    assertThat(server.admin("/metrics").body()).contains("jvm_memory_used_bytes{");
    try (EventWatch watch = EventWatch.fromNow(server)) {
      assertThat(watch.heard()).isNotEmpty();
      Await.until(
          LIMIT,
          "the reader is counted",
          () -> server.metric("doorward_streams_readers{log=\"events\"}") >= 1);
    }
  }

  @Test
  void metricsHaveNoValuesOfCallers(TestServer server) {
    server.given().session();
    Pattern label = Pattern.compile("\\w+=\"[^\"]*@[^\"]*\"");

    assertThat(server.admin("/metrics").body().lines().filter(label.asPredicate()))
        .isEmpty();
  }

  @Test
  void connectionsAreShownToThisMachineAlone() throws Exception {
    try (TestServer server = TestServer.start(TestMariaDb.shared(), "admin.channelz-port", "0")) {
      server.given().user();
      ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.channelzPort())
          .usePlaintext()
          .build();
      try {
        assertThat(ChannelzGrpc.newBlockingStub(channel)
                .getServers(GetServersRequest.getDefaultInstance())
                .getServerList())
            .anyMatch(one -> one.getListenSocketList().stream()
                .anyMatch(socket -> socket.getName().contains(":" + server.port() + "]")));
      } finally {
        channel.shutdownNow();
      }
      for (InetAddress address : otherAddresses()) {
        assertThat(isListening(address, server.channelzPort()))
            .as("%s", address)
            .isFalse();
      }
    }
  }

  private static boolean isListening(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 2000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<InetAddress> otherAddresses() throws Exception {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress())
        .toList();
  }
}
