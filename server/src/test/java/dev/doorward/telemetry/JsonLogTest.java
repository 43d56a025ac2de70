package dev.doorward.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class JsonLogTest {

  @Test
  void aLineIsOneObjectWithTheTraceThatItBelongsTo() {
    SpanContext context = SpanContext.create(
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "00f067aa0ba902b7",
        TraceFlags.getSampled(),
        TraceState.getDefault());
    String line;
    try (Scope scope = Span.wrap(context).makeCurrent()) {
      line = encode("a \"name\"\nand more");
    }

    JsonObject object = JsonParser.parseString(line).getAsJsonObject();
    assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
    assertThat(object.get("formattedMessage").getAsString())
        .isEqualTo("it is a \"name\"\nand more");
    assertThat(object.get("level").getAsString()).isEqualTo("WARN");
    assertThat(object.get("trace_id").getAsString()).isEqualTo(context.getTraceId());
    assertThat(object.get("span_id").getAsString()).isEqualTo(context.getSpanId());
    assertThat(object.has("throwable")).isTrue();
  }

  @Test
  void aLineOfNoTraceHasNone() {
    JsonObject object = JsonParser.parseString(encode("x")).getAsJsonObject();

    assertThat(object.has("trace_id")).isFalse();
  }

  private static String encode(String argument) {
    JsonLog json = new JsonLog();
    json.start();
    return new String(
        json.encode(new LoggingEvent(
            JsonLogTest.class.getName(),
            (Logger) LoggerFactory.getLogger(JsonLogTest.class),
            Level.WARN,
            "it is {}",
            new IllegalStateException("a fault"),
            new Object[] {argument})),
        StandardCharsets.UTF_8);
  }
}
