package dev.doorward.user;

import java.time.Instant;

/**
 * A user to create as they were elsewhere.
 *
 * @param createdAt null for now
 * @param disabledAt null if they are not disabled
 * @param disabledReason null if nobody said
 * @param disabledUntil null if it has no end
 */
public record ImportedUser(
    NewUser user,
    Instant createdAt,
    Instant disabledAt,
    String disabledReason,
    Instant disabledUntil) {}
