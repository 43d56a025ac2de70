package dev.doorward.transfer;

import dev.doorward.error.Refusal;
import java.util.Optional;

/** What came of a user who was to be brought in. */
sealed interface Imported {

  /** @param userId empty if nothing was to be changed, and they have none yet */
  record Created(Optional<String> userId) implements Imported {}

  /** They were here before. */
  record Exists(String userId) implements Imported {}

  record Refused(Refusal why) implements Imported {}
}
