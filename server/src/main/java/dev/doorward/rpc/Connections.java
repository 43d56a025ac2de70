package dev.doorward.rpc;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler.Sharable;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts connections, over all and for each address, and closes those beyond before they cost anything. */
@Sharable
final class Connections extends ChannelInboundHandlerAdapter {

  private static final int IPV6_NETWORK_BYTES = 8;

  private final LimitConfig limits;
  private final boolean tls;
  private final AtomicInteger all = new AtomicInteger();
  private final Map<ByteBuffer, Integer> byNetwork = new ConcurrentHashMap<>();

  Connections(LimitConfig limits, boolean tls) {
    this.limits = limits;
    this.tls = tls;
  }

  /** Runs before gRPC has heard of the connection. */
  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    Channel connection = (Channel) accepted;
    ByteBuffer network = network(connection.remoteAddress());
    if (!enter(network)) {
      connection.unsafe().closeForcibly();
      return;
    }
    connection.closeFuture().addListener(closed -> leave(network));
    connection.pipeline().addLast(new FrameLimit(limits.framesPerConnection(), tls));
    context.fireChannelRead(connection);
  }

  /** How many there are. */
  int open() {
    return all.get();
  }

  private boolean enter(ByteBuffer network) {
    int here = byNetwork.merge(network, 1, Integer::sum);
    if (all.incrementAndGet() <= limits.connections() && here <= limits.connectionsPerAddress()) {
      return true;
    }
    leave(network);
    return false;
  }

  private void leave(ByteBuffer network) {
    all.decrementAndGet();
    byNetwork.compute(network, (key, count) -> count == 1 ? null : count - 1);
  }

  /** A whole address of IPv4, and of IPv6 the part that one subscriber gets. */
  static ByteBuffer network(SocketAddress remote) {
    InetAddress address = ((InetSocketAddress) remote).getAddress();
    byte[] bytes = address.getAddress();
    return ByteBuffer.wrap(
        address instanceof Inet6Address ? Arrays.copyOf(bytes, IPV6_NETWORK_BYTES) : bytes);
  }
}
