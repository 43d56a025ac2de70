package dev.doorward.rpc;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection that keeps the server busy with frames of HTTP/2 that carry next to nothing: settings, pings,
 * priorities, window updates, a few bytes of data at a time. gRPC answers most of them, as fast as they come.
 */
final class FrameLimit extends ChannelInboundHandlerAdapter {

  private static final int PREFACE_BYTES = 24;
  private static final int HEADER_BYTES = 9;
  private static final int DATA = 0x0;
  private static final int HEADERS = 0x1;
  private static final int END_STREAM = 0x1;

  /** gRPC's own prefix of a message has five. */
  private static final int FEW_BYTES = 8;

  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int limit;
  private final byte[] header = new byte[HEADER_BYTES];
  private boolean underTls;
  private int headerBytes;
  private int skip = PREFACE_BYTES;
  private int empty;
  private long windowStart = System.nanoTime();

  /** @param underTls whether this is still to take its place behind the decryption */
  FrameLimit(int limit, boolean underTls) {
    this.limit = limit;
    this.underTls = underTls;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (underTls) {
      ChannelHandlerContext decryption = context.pipeline().context(SslHandler.class);
      context.pipeline().addAfter(decryption.name(), null, new FrameLimit(limit, false));
      context.pipeline().remove(this);
      context.fireChannelRead(message);
      return;
    }
    if (message instanceof ByteBuf bytes && !isWithinLimit(bytes)) {
      ReferenceCountUtil.release(message);
      context.channel().close();
      return;
    }
    context.fireChannelRead(message);
  }

  private boolean isWithinLimit(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (skip > 0) {
        int skipped = Math.min(skip, end - at);
        skip -= skipped;
        at += skipped;
        continue;
      }
      header[headerBytes++] = bytes.getByte(at++);
      if (headerBytes == HEADER_BYTES) {
        headerBytes = 0;
        skip = (header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | header[2] & 0xff;
        if (isNextToNothing(header[3], header[4], skip) && ++empty > limit && isTooFast()) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isNextToNothing(int type, int flags, int length) {
    return switch (type) {
      case DATA -> length < FEW_BYTES && (flags & END_STREAM) == 0;
      case HEADERS -> false;
      default -> true;
    };
  }

  private boolean isTooFast() {
    long now = System.nanoTime();
    if (now - windowStart < WINDOW_NANOS) {
      return true;
    }
    windowStart = now;
    empty = 1;
    return false;
  }
}
