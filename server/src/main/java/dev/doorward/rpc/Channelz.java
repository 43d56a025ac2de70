package dev.doorward.rpc;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ChannelzService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * gRPC's own view of its connections and streams (gRFC A14), on a port of its own that only this machine reaches: it names
 * every peer.
 */
public final class Channelz implements AutoCloseable {

  private static final int MAX_PAGE = 100;

  private final Server server;

  private Channelz(Server server) {
    this.server = server;
  }

  /** @param port 0 for a free one */
  public static Channelz start(int port) throws IOException {
    NettyServerBuilder builder = NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .addService(ChannelzService.newInstance(MAX_PAGE));
    Reflection.services().forEach(builder::addService);
    return new Channelz(builder.build().start());
  }

  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
