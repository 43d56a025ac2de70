package dev.doorward.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What the log says at its most talkative, while something runs. */
public final class LogCapture {

  private LogCapture() {}

  public static List<String> of(Runnable work) {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Level before = root.getLevel();
    log.start();
    root.addAppender(log);
    root.setLevel(Level.DEBUG);
    try {
      work.run();
      LoggerFactory.getLogger(LogCapture.class).debug("the end");
    } finally {
      root.setLevel(before);
      root.detachAppender(log);
    }
    List<String> lines =
        List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
    if (!lines.contains("the end")) {
      throw new AssertionError("the log is not heard");
    }
    return lines;
  }
}
