package dev.doorward.event;

import java.time.Instant;

/**
 * Which events to list.
 *
 * @param userId null for all
 * @param createdAfter this moment included; null for all
 * @param createdBefore this moment not included; null for all
 */
public record EventFilter(String userId, Instant createdAfter, Instant createdBefore) {

  /** Of rows that are no events: the first moment of a DATETIME. Everything else is later. */
  static final Instant BALLAST = Instant.parse("1000-01-01T00:00:00Z");

  private static final Instant FIRST = BALLAST.plusMillis(1);

  public EventFilter {
    createdAfter = createdAfter == null || createdAfter.isBefore(FIRST) ? FIRST : createdAfter;
  }
}
