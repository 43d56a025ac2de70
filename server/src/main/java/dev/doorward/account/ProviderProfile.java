package dev.doorward.account;

import dev.doorward.user.Email;
import java.util.Optional;

/**
 * What a provider says about whoever it has authenticated.
 *
 * @param name null if unknown
 * @param image null if there is none
 */
public record ProviderProfile(
    Optional<Email> email, boolean emailVerified, String name, String image) {}
