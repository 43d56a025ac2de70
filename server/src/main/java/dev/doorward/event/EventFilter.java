package dev.doorward.event;

import java.time.Instant;

/** Which events to list; null stands for all. */
public record EventFilter(String userId, Instant createdAfter, Instant createdBefore) {}
