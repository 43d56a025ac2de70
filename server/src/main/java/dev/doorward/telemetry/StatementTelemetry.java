package dev.doorward.telemetry;

import dev.doorward.database.StatementWatch;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** How long statements take, of all and within each trace. */
final class StatementTelemetry implements StatementWatch {

  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
  private static final AttributeKey<String> STATEMENT = AttributeKey.stringKey("db.query.summary");

  /** Those of the semantic conventions, and some below them: a read by a key takes a tenth of a millisecond. */
  private static final List<Double> SECONDS = List.of(
      0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
      10.0);

  private final DoubleHistogram durations;
  private final Tracer tracer;
  private final Map<String, Attributes> attributes = new ConcurrentHashMap<>();

  StatementTelemetry(Meter meter, Tracer tracer) {
    this.durations = meter
        .histogramBuilder("db.client.operation.duration")
        .setUnit("s")
        .setDescription("Time of each statement, its answer's way included.")
        .setExplicitBucketBoundariesAdvice(SECONDS)
        .build();
    this.tracer = tracer;
  }

  @Override
  public void ran(String statement, long nanos, boolean done) {
    Attributes of = attributes.computeIfAbsent(
        statement, name -> Attributes.of(SYSTEM, "mariadb", STATEMENT, name));
    durations.record(nanos / 1e9, of);
    if (Span.current().isRecording()) {
      trace(statement, of, nanos, done);
    }
  }

  private void trace(String statement, Attributes of, long nanos, boolean done) {
    Instant end = Instant.now();
    Span span = tracer
        .spanBuilder(statement)
        .setSpanKind(SpanKind.CLIENT)
        .setAllAttributes(of)
        .setStartTimestamp(end.minusNanos(nanos))
        .startSpan();
    if (!done) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end(TimeUnit.SECONDS.toNanos(end.getEpochSecond()) + end.getNano(), TimeUnit.NANOSECONDS);
  }
}
