package dev.doorward.secrecy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import org.slf4j.LoggerFactory;

/**
 * The log of this process at DEBUG, in a file: of all loggers, those too that are kept quieter in production, and those of
 * {@code java.util.logging}. The console shows what it would have shown.
 */
final class DebugLog {

  private static final String ROOT = org.slf4j.Logger.ROOT_LOGGER_NAME;

  private DebugLog() {}

  static void start() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger root = context.getLogger(ROOT);
    keepConsolesAsTheyAre(context, root);
    FileAppender<ILoggingEvent> file = file(context);
    root.addAppender(file);
    context.getLoggerList().stream()
        .filter(logger -> logger.getLevel() != null)
        .forEach(logger -> logger.setLevel(Level.DEBUG));
    java.util.logging.Logger other = LogManager.getLogManager().getLogger("");
    other.setLevel(java.util.logging.Level.FINE);
    other.addHandler(new Forwarding(file, root));
  }

  private static void keepConsolesAsTheyAre(LoggerContext context, Logger root) {
    Map<String, Level> levels = new HashMap<>();
    for (Logger logger : context.getLoggerList()) {
      if (logger.getLevel() != null) {
        levels.put(logger.getName(), logger.getLevel());
      }
    }
    Filter<ILoggingEvent> filter = new Filter<>() {
      @Override
      public FilterReply decide(ILoggingEvent event) {
        return event.getLevel().isGreaterOrEqual(level(event.getLoggerName()))
            ? FilterReply.NEUTRAL
            : FilterReply.DENY;
      }

      private Level level(String logger) {
        Level level = levels.get(logger);
        int dot = logger.lastIndexOf('.');
        return level != null ? level : level(dot < 0 ? ROOT : logger.substring(0, dot));
      }
    };
    filter.start();
    for (Iterator<Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext(); ) {
      all.next().addFilter(filter);
    }
  }

  private static FileAppender<ILoggingEvent> file(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d %level %logger [%thread] %mdc %msg%n%ex{full}");
    encoder.start();
    FileAppender<ILoggingEvent> file = new FileAppender<>();
    file.setContext(context);
    file.setEncoder(encoder);
    file.setFile(
        Place.DEBUG_LOG.file(Long.toString(ProcessHandle.current().pid())).toString());
    file.start();
    return file;
  }

  /** What gRPC and the JDK log. */
  private static final class Forwarding extends Handler {

    private final Appender<ILoggingEvent> file;
    private final Logger logger;

    Forwarding(Appender<ILoggingEvent> file, Logger logger) {
      this.file = file;
      this.logger = logger;
    }

    @Override
    public void publish(LogRecord record) {
      String message = record.getLoggerName() + " "
          + new java.util.logging.SimpleFormatter().formatMessage(record);
      file.doAppend(new LoggingEvent(
          Logger.class.getName(), logger, Level.DEBUG, message, record.getThrown(), null));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
