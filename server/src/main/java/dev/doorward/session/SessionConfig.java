package dev.doorward.session;

import dev.doorward.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How long sessions live and how their tokens are kept. */
public record SessionConfig(
    Duration lifetime,
    Duration updateAge,
    Duration shortLifetime,
    Duration maxLifetime,
    TokenAtRest tokenAtRest,
    Optional<Path> betterAuthSecretFile,
    int cacheEntries,
    Duration cacheLifetime) {

  /** What ends sessions without a word, as a Better Auth on the same tables does, is seen after that time. */
  private static final Duration UNSEEN = Duration.ofSeconds(1);

  /** For how long anybody may remember that a session is good. */
  public Duration remembered() {
    return tokenAtRest.isPlain() && cacheLifetime.compareTo(UNSEEN) > 0 ? UNSEEN : cacheLifetime;
  }

  public static SessionConfig read(Settings settings) {
    return new SessionConfig(
        settings.duration(
            "session.lifetime",
            Duration.ofDays(7),
            Duration.ofMinutes(1),
            Duration.ofDays(3650),
            "how long a remembered session lives without being used"),
        settings.duration(
            "session.update-age",
            Duration.ofDays(1),
            Duration.ZERO,
            Duration.ofDays(3650),
            "how old its last prolongation must be before a used session is prolonged again"),
        settings.duration(
            "session.short-lifetime",
            Duration.ofDays(1),
            Duration.ofMinutes(1),
            Duration.ofDays(3650),
            "how long a session lives that is not remembered"),
        settings.duration(
            "session.max-lifetime",
            Duration.ofDays(36500),
            Duration.ofMinutes(1),
            Duration.ofDays(36500),
            "how long after its creation a used session ends all the same"),
        settings.choice(
            "session.token-at-rest",
            TokenAtRest.HASHED,
            "hashed, or plain for a database that a live Better Auth shares; plain_or_hashed and then hashed_or_plain on"
                + " the way from one to the other"),
        settings.optional(
            "session.better-auth-secret-file",
            "a file with a Better Auth's secret, or some on a line each, to take its signed cookies for tokens",
            Path::of),
        settings.integer(
            "session.cache-entries",
            100_000,
            1,
            100_000_000,
            "validated sessions that the server keeps in memory, about 1 KB each"),
        settings.duration(
            "session.cache-lifetime",
            Duration.ofMinutes(1),
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "after how long a session in memory is read again although nothing happened; with"
                + " session.token-at-rest=plain after a second at the latest"));
  }
}
