package dev.doorward.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.doorward.testing.Await;
import dev.doorward.testing.Given;
import dev.doorward.testing.OtlpCollector;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.PasswordServiceGrpc;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignUpResponse;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class TracesTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";
  private static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  @Test
  void aCallContinuesTheTraceOfItsCallerDownToEachStatement() {
    try (OtlpCollector collector = OtlpCollector.start()) {
      try (TestServer server = start(collector)) {
        SignUpResponse signedUp = server.given().signedUp();

        signIn(server, signedUp.getUser().getEmail(), "01");
      }

      List<Span> spans = collector.spans();
      assertThat(spans).allMatch(span -> hex(span.getTraceId()).equals(TRACE));
      Span call = only(spans, "Recv.doorward.v1.PasswordService.SignIn");
      assertThat(hex(call.getParentSpanId())).isEqualTo(PARENT);
      // Before the hash and after it, on other threads each time.
      assertThat(spans)
          .filteredOn(span -> span.getName().equals("COMMIT"))
          .hasSize(2)
          .allMatch(span -> span.getParentSpanId().equals(call.getSpanId()));
      Span insert = only(spans, "SessionMapper.insert");
      assertThat(insert.getParentSpanId()).isEqualTo(call.getSpanId());
      assertThat(insert.getEndTimeUnixNano()).isGreaterThan(insert.getStartTimeUnixNano());
      assertThat(spans.toString())
          .as("nothing of the request")
          .doesNotContain("@example.com", Given.PASSWORD);
    }
  }

  @Test
  void whatItsCallerDoesNotTraceIsNotTraced() {
    try (OtlpCollector collector = OtlpCollector.start()) {
      try (TestServer server = start(collector)) {
        SignUpResponse signedUp = server.given().signedUp();

        signIn(server, signedUp.getUser().getEmail(), "00");
      }

      assertThat(collector.spans()).isEmpty();
      assertThat(collector.metrics())
          .extracting(Metric::getName)
          .contains("grpc.server.call.duration", "doorward.serving", "jvm.memory.used");
    }
  }

  @Test
  void aCollectorIsShownWhatItWantsToSee() {
    try (OtlpCollector collector = OtlpCollector.start()) {
      try (TestServer server = start(collector)) {
        Await.until(
            Duration.ofSeconds(30), "metrics come", () -> !collector.metrics().isEmpty());
        assertThat(server.services()).isNotEmpty();
      }

      assertThat(collector.authorizations()).containsOnly("Bearer of a collector");
    }
  }

  private static TestServer start(OtlpCollector collector) {
    return TestServer.start(
        TestMariaDb.shared(),
        "telemetry.otlp-endpoint",
        collector.endpoint() + "/",
        "telemetry.otlp-headers",
        "authorization=Bearer of a collector",
        "telemetry.interval",
        "100ms");
  }

  private static void signIn(TestServer server, String email, String flags) {
    Metadata headers = new Metadata();
    headers.put(TRACEPARENT, "00-" + TRACE + "-" + PARENT + "-" + flags);
    PasswordServiceGrpc.newBlockingStub(server.channel())
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .signIn(SignInRequest.newBuilder()
            .setEmail(email)
            .setPassword(Given.PASSWORD)
            .build());
  }

  private static Span only(List<Span> spans, String name) {
    List<Span> found =
        spans.stream().filter(span -> span.getName().equals(name)).toList();
    assertThat(found)
        .as("%s among %s", name, spans.stream().map(Span::getName).toList())
        .hasSize(1);
    return found.get(0);
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }
}
