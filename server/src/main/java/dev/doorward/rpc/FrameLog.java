package dev.doorward.rpc;

import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLogger;
import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLoggerFactory;
import io.grpc.netty.shaded.io.netty.util.internal.logging.JdkLoggerFactory;
import io.grpc.netty.shaded.io.netty.util.internal.logging.Slf4JLoggerFactory;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Netty's loggers, without the one for gRPC's frames: at DEBUG that would write down every header, callers' keys included, and
 * the bytes of every message. No setting of the log turns it on.
 */
final class FrameLog extends InternalLoggerFactory {

  private static final Logger OFF = Logger.getLogger(FrameLog.class.getName());
  private static final JdkLoggerFactory SWITCHABLE = (JdkLoggerFactory) JdkLoggerFactory.INSTANCE;
  private static final Slf4JLoggerFactory OTHERS = (Slf4JLoggerFactory) Slf4JLoggerFactory.INSTANCE;

  private FrameLog() {}

  /** Before there is a connection. */
  static void turnOff() {
    OFF.setLevel(Level.OFF);
    InternalLoggerFactory.setDefaultFactory(new FrameLog());
  }

  @Override
  protected InternalLogger newInstance(String name) {
    return name.matches(".*\\.grpc\\.netty\\.Netty(Server|Client)Handler")
        ? SWITCHABLE.newInstance(OFF.getName())
        : OTHERS.newInstance(name);
  }
}
