package dev.doorward.telemetry;

import dev.doorward.config.Secret;
import dev.doorward.config.Settings;
import dev.doorward.config.Values;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** What the server tells of itself, and in which form. */
public record TelemetryConfig(
    Optional<URI> otlpEndpoint,
    Secret otlpHeaders,
    Duration interval,
    double traceRatio,
    LogFormat logFormat) {

  /** How the log's lines look. */
  public enum LogFormat {
    TEXT,
    JSON
  }

  public static TelemetryConfig read(Settings settings) {
    return new TelemetryConfig(
        settings.optional(
            "telemetry.otlp-endpoint",
            "an OpenTelemetry collector that takes OTLP over HTTP, as http://127.0.0.1:4318; empty for none",
            Values::endpoint),
        settings.secret(
            "telemetry.otlp-headers", "what it wants to see: name=value, several between commas"),
        settings.duration(
            "telemetry.interval",
            Duration.ofMinutes(1),
            Duration.ofMillis(100),
            Duration.ofHours(1),
            "how often it gets the metrics"),
        settings.parsed(
            "telemetry.trace-ratio",
            "0",
            "the share of calls that are traced, of those whose caller has not decided that: 0 to 1",
            Values::ratio),
        settings.choice(
            "log.format",
            LogFormat.TEXT,
            "text, or json: an object on each line, with the trace that it belongs to"));
  }
}
