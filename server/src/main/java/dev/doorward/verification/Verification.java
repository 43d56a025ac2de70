package dev.doorward.verification;

import java.time.Instant;

/**
 * That something is to be proved, by whoever has received the token, until some time.
 *
 * @param purpose null if it is one of Better Auth's
 */
public record Verification(
    String id, String identifier, String purpose, Instant createdAt, Instant expiresAt) {}
