package dev.doorward.attempt;

import java.time.Instant;

/**
 * How often somebody's password was tried without success.
 *
 * @param blockedUntil null if there is no wait
 */
public record WrongPasswords(int failures, Instant attemptedAt, Instant blockedUntil) {}
