package dev.doorward.rpc;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** The network's own threads, by the best way that the system has. gRPC's own can't be told to count connections. */
final class EventLoops implements AutoCloseable {

  /** What closing leaves to do, such as telling who waits for it, is still done. */
  private static final long QUIET_MILLIS = 100;

  private static final long LAST_MILLIS = 2000;

  private final EventLoopGroup accepting;
  private final EventLoopGroup serving;

  private EventLoops(EventLoopGroup accepting, EventLoopGroup serving) {
    this.accepting = accepting;
    this.serving = serving;
  }

  static EventLoops start() {
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new EventLoops(
        new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("accept", true), io),
        new MultiThreadIoEventLoopGroup(
            Runtime.getRuntime().availableProcessors(),
            new DefaultThreadFactory("network", true),
            io));
  }

  EventLoopGroup accepting() {
    return accepting;
  }

  EventLoopGroup serving() {
    return serving;
  }

  /** A channel to listen with. The handler hears of each connection before gRPC does. */
  ServerChannel listen(ChannelHandler first) {
    ServerChannel channel =
        Epoll.isAvailable() ? new EpollServerSocketChannel() : new NioServerSocketChannel();
    channel.pipeline().addLast(first);
    return channel;
  }

  @Override
  public void close() {
    serving.shutdownGracefully(QUIET_MILLIS, LAST_MILLIS, TimeUnit.MILLISECONDS);
    accepting.shutdownGracefully(QUIET_MILLIS, LAST_MILLIS, TimeUnit.MILLISECONDS);
  }
}
