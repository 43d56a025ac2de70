package dev.doorward.attempt;

import dev.doorward.config.Settings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How often a password may be tried without success. */
public record AttemptConfig(
    int free,
    Duration firstWait,
    Duration longestWait,
    Duration quiet,
    int limit,
    int networkFailures,
    Duration networkRecovery,
    Duration memory,
    Duration sweepInterval) {

  public long firstWaitMicros() {
    return micros(firstWait);
  }

  public long longestWaitMicros() {
    return micros(longestWait);
  }

  public long quietMicros() {
    return micros(quiet);
  }

  public long memoryMicros() {
    return micros(memory);
  }

  public long recoveryMicros() {
    return micros(networkRecovery);
  }

  /** How far from recovered a network may be and still make another attempt. */
  public long slackMicros() {
    return (networkFailures - 1) * recoveryMicros();
  }

  private static long micros(Duration duration) {
    return TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
  }

  public static AttemptConfig read(Settings settings) {
    return new AttemptConfig(
        settings.integer(
            "attempt.free",
            10,
            2,
            100,
            "wrong passwords in a row, for one account, that cost no wait; as many may be tried at once"),
        settings.duration(
            "attempt.first-wait",
            Duration.ofSeconds(1),
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "how long an account waits then; each further wrong password doubles that"),
        settings.duration(
            "attempt.longest-wait",
            Duration.ofMinutes(15),
            Duration.ofMillis(1),
            Duration.ofDays(1),
            "how long an account waits at the most"),
        settings.duration(
            "attempt.quiet",
            Duration.ofDays(1),
            Duration.ofMinutes(1),
            Duration.ofDays(7),
            "how long nobody must try before the waits of an account begin anew"),
        settings.integer(
            "attempt.limit",
            100,
            1,
            100,
            "wrong passwords in a row, however slow, after which an account needs a new one"),
        settings.integer(
            "attempt.network-failures",
            100,
            1,
            1_000_000,
            "wrong passwords from one end-user address (IPv6: one /64) that cost no wait"),
        settings.duration(
            "attempt.network-recovery",
            Duration.ofSeconds(6),
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "how long until one of them is forgiven, and so how long such an address waits"),
        settings.duration(
            "attempt.memory",
            Duration.ofDays(7),
            Duration.ofDays(7),
            Duration.ofDays(365),
            "after how long without a try the wrong passwords of nobody's account are forgotten"),
        settings.duration(
            "attempt.sweep-interval",
            Duration.ofSeconds(5),
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "how often to look through 1,000 counts for such as can be forgotten"));
  }
}
