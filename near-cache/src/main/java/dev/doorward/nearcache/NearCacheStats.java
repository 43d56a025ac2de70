package dev.doorward.nearcache;

import java.time.Duration;

/**
 * What a {@link NearCache} has done since it was made, and how it is.
 *
 * @param hits answers from memory, the ones about tokens that are no good included
 * @param misses questions that memory had no answer to, or none that could be believed
 * @param fills answers that were put into memory
 * @param fillsRefused answers that were too old to be kept, for a revocation had overtaken them
 * @param revocations revocations that were applied
 * @param evictions answers that left because of a revocation
 * @param resets how often everything was forgotten
 * @param entries answers in memory now, about
 * @param leaseLeft for how long memory may be believed from now on; zero if it may not
 * @param feedLag how long the last probe took from its question until the feed had come as far as its answer
 */
public record NearCacheStats(
    long hits,
    long misses,
    long fills,
    long fillsRefused,
    long revocations,
    long evictions,
    long resets,
    long entries,
    Duration leaseLeft,
    Duration feedLag) {}
