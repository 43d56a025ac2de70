package dev.doorward.telemetry;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;

/** The log as an object on each line, which names the trace that the line belongs to. */
final class JsonLog extends JsonEncoder {

  JsonLog() {
    setWithContext(false);
    setWithSequenceNumber(false);
    setWithNanoseconds(false);
    setWithMessage(false);
    setWithFormattedMessage(true);
    setWithArguments(false);
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
