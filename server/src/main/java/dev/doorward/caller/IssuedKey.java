package dev.doorward.caller;

import dev.doorward.call.Role;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** A key that was given out, as far as it is no secret, and whose it is. */
public record IssuedKey(
    String id,
    String callerName,
    Set<Role> roles,
    Optional<String> certificateName,
    Instant createdAt,
    Instant expires) {}
