package dev.doorward.user;

import dev.doorward.database.Change;
import java.time.Instant;

/**
 * What an update does to a user.
 *
 * @param emailVerifiedAt agrees with {@code emailVerified} if it is given
 */
public record UserChanges(
    Change<String> email,
    Change<Boolean> emailVerified,
    Change<Instant> emailVerifiedAt,
    Change<String> name,
    Change<String> image,
    Change<String> metadata) {}
