package dev.doorward.user;

import java.time.Instant;

/**
 * A user to create.
 *
 * @param emailVerifiedAt null if it is not verified, or now
 * @param name null if unknown
 * @param image null if there is none
 * @param metadata a JSON object, or null
 */
public record NewUser(
    String id,
    Email email,
    boolean emailVerified,
    Instant emailVerifiedAt,
    String name,
    String image,
    String metadata) {}
