package dev.doorward.session;

import dev.doorward.database.Change;
import java.time.Instant;

/** What an update does to a session. */
public record SessionChanges(
    Change<Instant> expires,
    Change<String> ipAddress,
    Change<String> userAgent,
    Change<Boolean> remember) {}
