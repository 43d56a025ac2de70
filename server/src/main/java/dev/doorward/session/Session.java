package dev.doorward.session;

import java.time.Instant;

/** Somebody being signed in somewhere, until some time. The end user's address and agent are null if unknown. */
public record Session(
    String id,
    String userId,
    Instant expires,
    Instant createdAt,
    Instant updatedAt,
    String ipAddress,
    String userAgent,
    boolean remember,
    Instant authenticatedAt) {}
