package dev.doorward.user;

import dev.doorward.database.Change;

/** What an update does to a user. */
public record UserChanges(
    Change<String> email,
    Change<Boolean> emailVerified,
    Change<String> name,
    Change<String> image,
    Change<String> metadata) {}
