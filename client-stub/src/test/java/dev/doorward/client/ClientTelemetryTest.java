package dev.doorward.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.Await;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.User;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class ClientTelemetryTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
      .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
      .setTracerProvider(SdkTracerProvider.builder()
          .addSpanProcessor(SimpleSpanProcessor.create(spans))
          .build())
      .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
      .build();

  private final TestServer server;
  private final FlakyServer seen;
  private final DoorwardClient client;

  ClientTelemetryTest(TestServer server) throws IOException {
    this.server = server;
    this.seen = new FlakyServer(server);
    this.client = DoorwardClient.builder(seen.target())
        .plaintext()
        .key(server.key())
        .openTelemetry(sdk)
        .build();
  }

  @AfterEach
  void close() {
    client.close();
    seen.close();
    sdk.close();
  }

  @Test
  void aCallIsCountedAndTracedAndItsTraceGoesOnInTheServer() {
    User user = server.given().user();

    client.users().getUser(GetUserRequest.newBuilder().setUserId(user.getId()).build());

    Await.until(
        LIMIT,
        "a span of the call",
        () -> spans.getFinishedSpanItems().stream()
            .anyMatch(span -> span.getName().equals("Sent.doorward.v1.UserService.GetUser")));
    SpanData attempt = spans.getFinishedSpanItems().stream()
        .filter(span -> span.getName().equals("Attempt.doorward.v1.UserService.GetUser"))
        .findFirst()
        .orElseThrow();
    assertThat(seen.header("traceparent"))
        .startsWith("00-" + attempt.getTraceId() + "-" + attempt.getSpanId());
    assertThat(metrics()).containsKey("grpc.client.call.duration");
  }

  @Test
  void theNearCacheTellsHowItIs() {
    Session session = server.given().session();
    Await.until(LIMIT, "a lease", () -> !client.validator().stats().leaseLeft().isZero());
    client.validator().validate(session.getSessionToken());
    client.validator().validate(session.getSessionToken());

    Map<String, MetricData> told = metrics();

    assertThat(longOf(told, "hits")).isEqualTo(1);
    assertThat(longOf(told, "misses")).isEqualTo(1);
    assertThat(longOf(told, "entries")).isEqualTo(1);
    assertThat(told).containsKeys("doorward.near_cache.revocations", "doorward.near_cache.resets");
    assertThat(told.get("doorward.near_cache.lease").getDoubleGaugeData().getPoints())
        .singleElement()
        .satisfies(point -> assertThat(point.getValue()).isBetween(0.0, 3.0));
  }

  @Test
  void aClientThatIsClosedTellsNothingMore() {
    client.validator();
    assertThat(metrics()).containsKey("doorward.near_cache.hits");

    client.close();

    assertThat(metrics()).doesNotContainKey("doorward.near_cache.hits");
  }

  private Map<String, MetricData> metrics() {
    return metrics.collectAllMetrics().stream()
        .collect(Collectors.toMap(MetricData::getName, metric -> metric));
  }

  private static long longOf(Map<String, MetricData> told, String name) {
    return told.get("doorward.near_cache." + name).getLongSumData().getPoints().stream()
        .mapToLong(point -> point.getValue())
        .sum();
  }
}
