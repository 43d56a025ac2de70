package dev.doorward.verification;

import java.time.Instant;

/** That something is to be proved, by whoever has received the token, until some time. */
public record Verification(
    String id, String identifier, String purpose, Instant createdAt, Instant expiresAt) {}
