package dev.doorward.attempt;

import dev.doorward.call.Origin;
import java.util.Optional;

/**
 * A try at a password that has been counted, before anybody knows whether it is right.
 *
 * @param subject whose count it is in
 * @param userId empty if nobody's password was tried
 * @param network empty if the caller did not say where the end user is
 * @param last whether the account takes no other if this one fails
 */
public record Attempt(
    String id,
    String subject,
    Optional<String> userId,
    Origin origin,
    Optional<Network> network,
    boolean last) {}
