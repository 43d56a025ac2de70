package dev.doorward.client;

import dev.doorward.nearcache.NearCacheStats;
import io.grpc.ManagedChannelBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import io.grpc.opentelemetry.InternalGrpcOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.util.function.Supplier;

/**
 * What a client tells OpenTelemetry: its calls, by gRPC's own plugin and under its names (gRFC A66, A72), and how its near cache
 * is. Only loaded where somebody has OpenTelemetry.
 */
final class ClientTelemetry {

  private static final String SCOPE = "dev.doorward.client";
  private static final String PREFIX = "doorward.near_cache.";
  private static final double NANOS_PER_SECOND = 1e9;

  private final OpenTelemetry openTelemetry;

  ClientTelemetry(OpenTelemetry openTelemetry) {
    this.openTelemetry = openTelemetry;
  }

  /** Before the channel is built. */
  void configure(ManagedChannelBuilder<?> channel) {
    GrpcOpenTelemetry.Builder plugin = GrpcOpenTelemetry.newBuilder().sdk(openTelemetry);
    // Its tracing is complete, but not public yet.
    InternalGrpcOpenTelemetry.enableTracing(plugin, true);
    plugin.build().configureChannelBuilder(channel);
  }

  /** Tells how a near cache is whenever somebody asks, until what this returns is run. */
  Runnable watch(Supplier<NearCacheStats> cache) {
    Meter meter = openTelemetry.getMeter(SCOPE);
    ObservableLongMeasurement hits = counter(meter, "hits", "{answer}", "Answers from memory.");
    ObservableLongMeasurement misses = counter(
        meter,
        "misses",
        "{question}",
        "Questions without an answer in memory that may be believed.");
    ObservableLongMeasurement revocations =
        counter(meter, "revocations", "{revocation}", "Revocations that the feed has brought.");
    ObservableLongMeasurement resets =
        counter(meter, "resets", "{reset}", "How often everything was forgotten.");
    ObservableLongMeasurement entries = meter
        .upDownCounterBuilder(PREFIX + "entries")
        .setDescription("Answers in memory, about.")
        .setUnit("{answer}")
        .buildObserver();
    ObservableDoubleMeasurement lease = meter
        .gaugeBuilder(PREFIX + "lease")
        .setDescription("For how long memory may be believed from now on; 0 if it may not.")
        .setUnit("s")
        .buildObserver();
    BatchCallback watch = meter.batchCallback(
        () -> {
          NearCacheStats now = cache.get();
          hits.record(now.hits());
          misses.record(now.misses());
          revocations.record(now.revocations());
          resets.record(now.resets());
          entries.record(now.entries());
          lease.record(now.leaseLeft().toNanos() / NANOS_PER_SECOND);
        },
        hits,
        misses,
        revocations,
        resets,
        entries,
        lease);
    return watch::close;
  }

  private static ObservableLongMeasurement counter(
      Meter meter, String name, String unit, String description) {
    return meter
        .counterBuilder(PREFIX + name)
        .setDescription(description)
        .setUnit(unit)
        .buildObserver();
  }
}
