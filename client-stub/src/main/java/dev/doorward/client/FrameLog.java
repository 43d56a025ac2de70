package dev.doorward.client;

import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLogger;
import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLoggerFactory;
import io.grpc.netty.shaded.io.netty.util.internal.logging.JdkLoggerFactory;
import io.grpc.netty.shaded.io.netty.util.internal.logging.Log4J2LoggerFactory;
import io.grpc.netty.shaded.io.netty.util.internal.logging.Slf4JLoggerFactory;
import java.util.Optional;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The loggers of gRPC's own netty as they are, without the one for frames: at DEBUG that would write down the caller's key, and
 * every token and password that goes either way.
 */
final class FrameLog extends InternalLoggerFactory {

  private static final Logger OFF = Logger.getLogger(FrameLog.class.getName());
  private static final JdkLoggerFactory SWITCHABLE = (JdkLoggerFactory) JdkLoggerFactory.INSTANCE;

  private final Function<String, InternalLogger> others;

  private FrameLog(Function<String, InternalLogger> others) {
    this.others = others;
  }

  /** Before there is a connection; unless somebody has put loggers of their own in the place of netty's. */
  static synchronized void turnOff() {
    OFF.setLevel(Level.OFF);
    maker(InternalLoggerFactory.getDefaultFactory())
        .ifPresent(maker -> InternalLoggerFactory.setDefaultFactory(new FrameLog(maker)));
  }

  @Override
  protected InternalLogger newInstance(String name) {
    return name.endsWith(".grpc.netty.NettyClientHandler")
        ? SWITCHABLE.newInstance(OFF.getName())
        : others.apply(name);
  }

  private static Optional<Function<String, InternalLogger>> maker(InternalLoggerFactory factory) {
    if (factory instanceof Slf4JLoggerFactory slf4j) {
      return Optional.of(slf4j::newInstance);
    }
    if (factory instanceof Log4J2LoggerFactory log4j) {
      return Optional.of(log4j::newInstance);
    }
    if (factory instanceof JdkLoggerFactory jdk) {
      return Optional.of(jdk::newInstance);
    }
    return Optional.empty();
  }
}
