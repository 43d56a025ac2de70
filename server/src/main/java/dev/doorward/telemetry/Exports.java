package dev.doorward.telemetry;

import dev.doorward.config.Secret;
import dev.doorward.database.StatementWatch;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.instrumentation.runtimetelemetry.RuntimeTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.OpenTelemetrySdkBuilder;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** OpenTelemetry, as the settings have it. Names are those of its semantic conventions where they have one. */
final class Exports implements AutoCloseable {

  private static final String SCOPE = "dev.doorward";
  private static final long LAST_WORDS_SECONDS = 5;

  private final OpenTelemetrySdk sdk;
  private final RuntimeTelemetry jvm;
  private final Optional<Admin> admin;

  private Exports(OpenTelemetrySdk sdk, Optional<Admin> admin) {
    this.sdk = sdk;
    this.jvm = RuntimeTelemetry.create(sdk);
    this.admin = admin;
  }

  static Exports start(AdminConfig address, TelemetryConfig config) {
    Resource resource = resource();
    Optional<Admin> admin = address.port().map(port -> Admin.at(address.address(), port));
    SdkMeterProviderBuilder metrics = SdkMeterProvider.builder().setResource(resource);
    admin.ifPresent(at -> metrics.registerMetricReader(at.reader()));
    OpenTelemetrySdkBuilder sdk = OpenTelemetrySdk.builder()
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()));
    if (config.otlpEndpoint().isPresent()) {
      String endpoint = trimmed(config.otlpEndpoint().get());
      Map<String, String> headers = headers(config.otlpHeaders());
      metrics.registerMetricReader(metrics(endpoint, headers, config));
      sdk.setTracerProvider(traces(endpoint, headers, config, resource));
    }
    return new Exports(sdk.setMeterProvider(metrics.build()).build(), admin);
  }

  private static MetricReader metrics(
      String endpoint, Map<String, String> headers, TelemetryConfig config) {
    return PeriodicMetricReader.builder(OtlpHttpMetricExporter.builder()
            .setEndpoint(endpoint + "/v1/metrics")
            .setHeaders(() -> headers)
            .build())
        .setInterval(config.interval())
        .build();
  }

  private static SdkTracerProvider traces(
      String endpoint, Map<String, String> headers, TelemetryConfig config, Resource resource) {
    return SdkTracerProvider.builder()
        .setResource(resource)
        .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(config.traceRatio())))
        .addSpanProcessor(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                .setEndpoint(endpoint + "/v1/traces")
                .setHeaders(() -> headers)
                .build())
            .build())
        .build();
  }

  OpenTelemetry openTelemetry() {
    return sdk;
  }

  static Runnable carry(Runnable work) {
    return Context.current().wrap(work);
  }

  Figures figures() {
    return new Figures(sdk.getMeter(SCOPE));
  }

  StatementWatch statements() {
    return new StatementTelemetry(sdk.getMeter(SCOPE), sdk.getTracer(SCOPE));
  }

  void readyWhen(BooleanSupplier ready) {
    admin.ifPresent(at -> at.readyWhen(ready));
  }

  Optional<Integer> adminPort() {
    return admin.map(Admin::port);
  }

  @Override
  public void close() {
    jvm.close();
    sdk.shutdown().join(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
    admin.ifPresent(Admin::close);
  }

  private static Resource resource() {
    String version = Exports.class.getPackage().getImplementationVersion();
    return Resource.getDefault()
        .merge(Resource.create(Attributes.of(
            AttributeKey.stringKey("service.name"),
            "doorward",
            AttributeKey.stringKey("service.version"),
            version == null ? "development" : version,
            AttributeKey.stringKey("service.instance.id"),
            UUID.randomUUID().toString())));
  }

  private static String trimmed(URI endpoint) {
    return endpoint.toString().replaceAll("/+$", "");
  }

  private static Map<String, String> headers(Secret text) {
    return Arrays.stream(text.reveal().split(","))
        .filter(header -> header.contains("="))
        .map(header -> header.split("=", 2))
        .collect(Collectors.toUnmodifiableMap(
            header -> header[0].strip(), header -> header[1].strip(), (first, second) -> second));
  }
}
