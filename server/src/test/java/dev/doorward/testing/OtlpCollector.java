package dev.doorward.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.doorward.secrecy.Suite;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A collector of OpenTelemetry's, which keeps what it is sent, and hands it to the search for secrets. */
public final class OtlpCollector implements AutoCloseable {

  private final boolean keeping;
  private final HttpServer http;
  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final List<Metric> metrics = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();

  private OtlpCollector(boolean keeping) {
    this.keeping = keeping;
    try {
      this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.createContext("/v1/traces", this::traces);
    http.createContext("/v1/metrics", this::metrics);
    http.start();
  }

  public static OtlpCollector start() {
    return new OtlpCollector(true);
  }

  /** For servers that live long: of what it is sent nothing stays but what the search for secrets gets. */
  public static OtlpCollector forgetful() {
    return new OtlpCollector(false);
  }

  public String endpoint() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  public List<Span> spans() {
    return spans;
  }

  public List<Metric> metrics() {
    return metrics;
  }

  /** What was said in the header of that name. */
  public List<String> authorizations() {
    return authorizations;
  }

  private void traces(HttpExchange exchange) throws IOException {
    byte[] body = take(exchange);
    if (keeping) {
      ExportTraceServiceRequest.parseFrom(body)
          .getResourceSpansList()
          .forEach(resource ->
              resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList())));
    }
    answer(exchange);
  }

  private void metrics(HttpExchange exchange) throws IOException {
    byte[] body = take(exchange);
    if (keeping) {
      ExportMetricsServiceRequest.parseFrom(body)
          .getResourceMetricsList()
          .forEach(resource -> resource
              .getScopeMetricsList()
              .forEach(scope -> metrics.addAll(scope.getMetricsList())));
    }
    answer(exchange);
  }

  private byte[] take(HttpExchange exchange) throws IOException {
    authorizations.addAll(exchange.getRequestHeaders().getOrDefault("authorization", List.of()));
    byte[] body = exchange.getRequestBody().readAllBytes();
    Suite.keepTelemetry(body);
    return body;
  }

  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("content-type", "application/x-protobuf");
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
