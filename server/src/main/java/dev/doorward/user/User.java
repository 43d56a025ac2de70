package dev.doorward.user;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A person, or whatever else signs in. What may be missing is null: {@code name}, {@code image}, {@code metadata} (a
 * JSON object), {@code emailVerifiedAt}, {@code disabledAt}, {@code disabledReason} and {@code disabledUntil}.
 */
public record User(
    String id,
    String email,
    boolean emailVerified,
    String name,
    Instant createdAt,
    Instant updatedAt,
    String image,
    Instant emailVerifiedAt,
    Instant disabledAt,
    String disabledReason,
    Instant disabledUntil,
    String metadata) {

  /** Stands for this state of the user: {@code updatedAt} never repeats. */
  public String etag() {
    return etagOf(updatedAt);
  }

  static String etagOf(Instant updatedAt) {
    return Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, updatedAt), Character.MAX_RADIX);
  }
}
