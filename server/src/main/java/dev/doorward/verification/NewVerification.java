package dev.doorward.verification;

import java.time.Instant;
import java.util.Optional;

/**
 * A token to give out for a purpose of the caller's own.
 *
 * @param identifier who is to prove something, in the caller's own way of naming them
 * @param expiresAt when it ends, if the caller says so
 */
record NewVerification(
    String id,
    String identifier,
    Purpose purpose,
    OneTimeToken token,
    Optional<Instant> expiresAt) {}
