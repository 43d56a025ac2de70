package dev.doorward.database;

import dev.doorward.config.Settings;
import java.time.Duration;

/** How long what has had its time is kept all the same. */
public record RetentionConfig(
    Duration sweepInterval, Duration sessions, Duration revocations, Duration events) {

  public static RetentionConfig read(Settings settings) {
    return new RetentionConfig(
        settings.duration(
            "retention.sweep-interval",
            Duration.ofMinutes(1),
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "how often to delete what has had its time"),
        settings.duration(
            "retention.sessions",
            Duration.ofDays(1),
            Duration.ZERO,
            Duration.ofDays(3650),
            "how long sessions are kept that have expired, of which no caller is told"),
        settings.duration(
            "retention.revocations",
            Duration.ofDays(1),
            Duration.ofMinutes(10),
            Duration.ofDays(365),
            "how long the log of revocations goes back, for clients that were away"),
        settings.duration(
            "retention.events",
            Duration.ofDays(365),
            Duration.ofDays(1),
            Duration.ofDays(36500),
            "how long the log of events goes back"));
  }
}
