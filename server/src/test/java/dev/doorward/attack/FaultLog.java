package dev.doorward.attack;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** What is written down, as long as this is open, of faults of the server's own, by itself and by its libraries. */
final class FaultLog implements AutoCloseable {

  private static final int MOST_SHOWN = 20;

  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final ch.qos.logback.classic.Logger ours =
      (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger theirs = Logger.getLogger("");
  private final OurFaults ourFaults = new OurFaults();
  private final TheirFaults theirFaults = new TheirFaults();

  FaultLog() {
    ourFaults.setContext(ours.getLoggerContext());
    ourFaults.start();
    ours.addAppender(ourFaults);
    theirs.addHandler(theirFaults);
  }

  void assertEmpty() {
    assertThat(faults).isEmpty();
  }

  @Override
  public void close() {
    ours.detachAppender(ourFaults);
    theirs.removeHandler(theirFaults);
  }

  private void add(String fault) {
    if (faults.size() < MOST_SHOWN) {
      faults.add(fault);
    }
  }

  private final class OurFaults extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
        String thrown = event.getThrowableProxy() == null
            ? ""
            : ": " + event.getThrowableProxy().getClassName() + ": "
                + event.getThrowableProxy().getMessage();
        add(event.getLoggerName() + ": " + event.getFormattedMessage() + thrown);
      }
    }
  }

  private final class TheirFaults extends Handler {
    @Override
    public void publish(LogRecord record) {
      if (record.getLevel().intValue() >= java.util.logging.Level.SEVERE.intValue()) {
        add(record.getLoggerName() + ": " + record.getMessage() + ": " + record.getThrown());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
