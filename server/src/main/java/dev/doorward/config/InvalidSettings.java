package dev.doorward.config;

import java.util.List;

/** Settings that nothing can start with; the message has a line for each thing that is wrong. */
public final class InvalidSettings extends RuntimeException {

  public InvalidSettings(List<String> problems) {
    super(String.join("\n", problems));
  }

  /** For what shows only when a setting is put to use. */
  public InvalidSettings(String problem) {
    this(List.of(problem));
  }
}
