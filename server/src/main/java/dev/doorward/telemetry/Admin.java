package dev.doorward.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Plain HTTP for probes and for Prometheus: whether the process runs, whether it is of use, and its metrics. */
final class Admin implements AutoCloseable {

  static {
    // Seconds for a request and for its answer, or somebody who sends a byte a minute keeps a
    // thread.
    System.setProperty("sun.net.httpserver.maxReqTime", "5");
    System.setProperty("sun.net.httpserver.maxRspTime", "10");
  }

  private static final int THREADS = 2;
  private static final int WAITING = 64;

  private final HttpServer http;
  private final ThreadPoolExecutor threads;
  private final PrometheusMetricReader reader =
      PrometheusMetricReader.builder().setOtelScopeLabelsEnabled(false).build();
  private volatile BooleanSupplier ready = () -> false;

  private Admin(HttpServer http) {
    this.http = http;
    this.threads = new ThreadPoolExecutor(
        THREADS, THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), work -> {
          Thread thread = new Thread(work, "admin");
          thread.setDaemon(true);
          return thread;
        });
    threads.allowCoreThreadTimeOut(true);
  }

  static Admin at(InetAddress address, int port) {
    try {
      Admin admin = new Admin(HttpServer.create(new InetSocketAddress(address, port), 0));
      admin.start();
      return admin;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "admin.port: " + port + " can't be listened on: " + e.getMessage(), e);
    }
  }

  private void start() {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(reader);
    http.setExecutor(threads);
    http.createContext("/metrics", new MetricsHandler(registry));
    http.createContext("/livez", exchange -> answer(exchange, "/livez", 200, "alive"));
    http.createContext("/readyz", exchange -> {
      boolean serving = ready.getAsBoolean();
      answer(exchange, "/readyz", serving ? 200 : 503, serving ? "SERVING" : "NOT_SERVING");
    });
    http.start();
  }

  MetricReader reader() {
    return reader;
  }

  void readyWhen(BooleanSupplier serving) {
    ready = serving;
  }

  int port() {
    return http.getAddress().getPort();
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }

  /** A context takes whatever begins with its path. */
  private static void answer(HttpExchange exchange, String path, int status, String text)
      throws IOException {
    boolean here = exchange.getRequestURI().getPath().equals(path);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    byte[] body = ((here ? text : "not found") + "\n").getBytes(StandardCharsets.US_ASCII);
    exchange.getResponseHeaders().set("content-type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(here ? status : 404, head ? -1 : body.length);
    if (!head) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
    exchange.close();
  }
}
