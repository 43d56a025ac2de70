package dev.doorward.telemetry;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log as an object on each line, which names the trace that the line belongs to. */
public final class JsonLog extends JsonEncoder {

  JsonLog() {
    setWithContext(false);
    setWithSequenceNumber(false);
    setWithNanoseconds(false);
    setWithMessage(false);
    setWithFormattedMessage(true);
    setWithArguments(false);
  }

  /** From the next line on. */
  public static void turnOn() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context
        .getLogger(Logger.ROOT_LOGGER_NAME)
        .iteratorForAppenders()
        .forEachRemaining(appender -> write(context, appender));
  }

  private static void write(LoggerContext context, Appender<ILoggingEvent> appender) {
    if (appender instanceof ConsoleAppender<ILoggingEvent> console) {
      JsonLog json = new JsonLog();
      json.setContext(context);
      json.start();
      console.setEncoder(json);
    }
  }

  @Override
  protected void appendCustomFields(StringBuilder line, ILoggingEvent event) {
    SpanContext span = Span.current().getSpanContext();
    if (span.isValid()) {
      line.append(',');
      appenderMember(line, "trace_id", span.getTraceId());
      line.append(',');
      appenderMember(line, "span_id", span.getSpanId());
    }
  }
}
