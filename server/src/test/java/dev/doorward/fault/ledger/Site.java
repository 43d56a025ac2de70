package dev.doorward.fault.ledger;

import dev.doorward.testing.Rows;
import dev.doorward.testing.TestServer;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The servers that are called, and the databases behind them, which are to say the same. */
record Site(List<ManagedChannel> servers, List<Rows> databases) implements AutoCloseable {

  /** @param addresses of servers: "127.0.0.1:50051" */
  static Site of(List<String> addresses, List<Rows> databases) {
    TestServer.introduceCaller(databases.get(0));
    return new Site(addresses.stream().map(Site::connect).toList(), databases);
  }

  ManagedChannel anyServer() {
    return servers.get(ThreadLocalRandom.current().nextInt(servers.size()));
  }

  /** Of those that say the same, the one to be asked. */
  Rows rows() {
    return databases.get(0);
  }

  /** For servers that have just come back. */
  void reconnect() {
    servers.forEach(ManagedChannel::resetConnectBackoff);
  }

  @Override
  public void close() {
    servers.forEach(ManagedChannel::shutdownNow);
  }

  private static ManagedChannel connect(String address) {
    return NettyChannelBuilder.forTarget(address)
        .usePlaintext()
        .intercept(TestServer.credential())
        .build();
  }
}
