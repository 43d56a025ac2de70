package dev.doorward.verification;

import dev.doorward.config.Settings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How long one-time tokens live, and how often they may be asked for. */
public record VerificationConfig(Duration lifetime, int requests, Duration requestInterval) {

  public long intervalMicros() {
    return TimeUnit.NANOSECONDS.toMicros(requestInterval.toNanos());
  }

  /** How far from recovered a count may be and still take another request. */
  public long slackMicros() {
    return (requests - 1) * intervalMicros();
  }

  public static VerificationConfig read(Settings settings) {
    return new VerificationConfig(
        settings.duration(
            "verification.lifetime",
            Duration.ofHours(1),
            Duration.ofMinutes(1),
            Duration.ofDays(7),
            "how long a one-time token lives unless its caller says otherwise"),
        settings.integer(
            "verification.requests",
            5,
            1,
            1_000_000,
            "one-time tokens that may be asked for at once, of one kind and for one address or user"),
        settings.duration(
            "verification.request-interval",
            Duration.ofMinutes(10),
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "after how long there may be another one"));
  }
}
