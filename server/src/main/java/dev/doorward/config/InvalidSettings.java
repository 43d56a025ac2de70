package dev.doorward.config;

import java.util.List;

/** Settings that nothing can start with; the message has a line for each thing that is wrong. */
public final class InvalidSettings extends RuntimeException {

  public InvalidSettings(List<String> problems) {
    super(String.join("\n", problems));
  }
}
