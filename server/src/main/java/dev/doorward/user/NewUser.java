package dev.doorward.user;

/**
 * A user to create.
 *
 * @param name null if unknown
 * @param image null if there is none
 * @param metadata a JSON object, or null
 */
public record NewUser(
    String id, Email email, boolean emailVerified, String name, String image, String metadata) {}
