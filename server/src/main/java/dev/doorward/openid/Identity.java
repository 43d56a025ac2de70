package dev.doorward.openid;

import java.util.Optional;

/**
 * What a provider says in an ID token about whoever it has authenticated.
 *
 * @param provider the provider's name here
 * @param subject what it calls them, and will never call anybody else
 */
public record Identity(
    String provider,
    String subject,
    Optional<String> email,
    boolean emailVerified,
    Optional<String> name,
    Optional<String> picture) {}
