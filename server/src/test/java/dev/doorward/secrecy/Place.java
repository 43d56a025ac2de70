package dev.doorward.secrecy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

/** Where secrets are looked for, by the end of a file's name, and which of them may be there. */
enum Place {
  /** What the processes of the tests logged, at DEBUG. */
  DEBUG_LOG("debug.log", kind -> false),

  /** What calls were refused with: statuses, with their details. */
  ERRORS("errors", kind -> false),

  /** What a collector was sent: metrics and traces. */
  TELEMETRY("telemetry", kind -> false),

  DATABASE_ERROR_LOG("mariadb-error.log", kind -> false),

  /**
   * Every statement, with its values; an operator who turns that on sees what the tables have: hashes. What is stored as a hash
   * alone, or encrypted, the database is never told.
   */
  DATABASE_STATEMENTS("mariadb-statements.log", Kinds::isHash);

  private final String suffix;
  private final Predicate<String> allowed;

  Place(String suffix, Predicate<String> allowed) {
    this.suffix = suffix;
    this.allowed = allowed;
  }

  static Optional<Place> of(Path file) {
    return Arrays.stream(values())
        .filter(place -> file.getFileName().toString().endsWith(place.suffix))
        .findFirst();
  }

  /** The file of this kind that is about the thing of that name. */
  Path file(String name) {
    return Suite.DIRECTORY.resolve(name + "-" + suffix);
  }

  boolean allows(Secret secret) {
    return allowed.test(secret.kind());
  }
}
