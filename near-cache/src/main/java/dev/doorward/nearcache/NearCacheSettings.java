package dev.doorward.nearcache;

import java.time.Duration;

/**
 * How a {@link NearCache} is set up.
 *
 * @param lease how long after a revocation was acknowledged its session may still be accepted, at the most
 * @param entryLifetime after how long an answer is asked for again although nothing happened
 * @param absentLifetime for how long a token is known to be no good; zero for not at all
 * @param maxEntries how many answers to keep
 */
public record NearCacheSettings(
    Duration lease, Duration entryLifetime, Duration absentLifetime, int maxEntries) {

  /** A lease of 3 seconds, answers for a minute, refusals for a second, and 100,000 answers of about 1 KB. */
  public static final NearCacheSettings DEFAULT = new NearCacheSettings(
      Duration.ofSeconds(3), Duration.ofMinutes(1), Duration.ofSeconds(1), 100_000);

  /**
   * Checks the settings.
   *
   * @param lease more than zero
   * @param entryLifetime more than zero
   * @param absentLifetime zero or more
   * @param maxEntries zero or more
   * @throws IllegalArgumentException if the lease or the entry lifetime is not positive, the absent lifetime or the
   *     number of entries is negative
   */
  public NearCacheSettings {
    requirePositive("lease", lease);
    requirePositive("entryLifetime", entryLifetime);
    if (absentLifetime.isNegative()) {
      throw new IllegalArgumentException(
          "absentLifetime: " + absentLifetime + " (expected: zero or more)");
    }
    if (maxEntries < 0) {
      throw new IllegalArgumentException("maxEntries: " + maxEntries + " (expected: zero or more)");
    }
  }

  /**
   * The same with another lease.
   *
   * @param lease more than zero; what the server allows at the most is not exceeded in any case
   * @return the settings
   * @throws IllegalArgumentException if it is not positive
   */
  public NearCacheSettings withLease(Duration lease) {
    return new NearCacheSettings(lease, entryLifetime, absentLifetime, maxEntries);
  }

  /**
   * The same with room for another number of answers.
   *
   * @param maxEntries zero or more
   * @return the settings
   * @throws IllegalArgumentException if it is negative
   */
  public NearCacheSettings withMaxEntries(int maxEntries) {
    return new NearCacheSettings(lease, entryLifetime, absentLifetime, maxEntries);
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: more than zero)");
    }
  }
}
