package dev.doorward.revocation;

import dev.doorward.config.Settings;
import java.time.Duration;

/** How revocations get about. */
public record FeedConfig(Duration lease, Duration pollInterval) {

  public static FeedConfig read(Settings settings) {
    return new FeedConfig(
        settings.duration(
            "feed.lease",
            Duration.ofSeconds(3),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            "how long after its revocation a client's cache may accept a session at the most"),
        settings.duration(
            "feed.poll-interval",
            Duration.ofMillis(100),
            Duration.ofMillis(10),
            Duration.ofSeconds(1),
            "how often to look for revocations that other servers have made"));
  }
}
