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
    Duration lease, Duration entryLifetime, Duration absentLifetime, int maxEntries) {}
