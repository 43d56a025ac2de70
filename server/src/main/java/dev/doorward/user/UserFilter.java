package dev.doorward.user;

import java.time.Instant;

/** Which users to list; null stands for all. With a prefix they come in the order of their addresses. */
public record UserFilter(
    String emailPrefix, Instant createdAfter, Instant createdBefore, Boolean disabled) {

  /** The prefix as a pattern for LIKE. */
  public String emailPattern() {
    return emailPrefix.replaceAll("[\\\\%_]", "\\\\$0") + "%";
  }
}
