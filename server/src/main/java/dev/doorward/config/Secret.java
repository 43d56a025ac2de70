package dev.doorward.config;

/** A text that no log, error or {@code toString} may show. */
public final class Secret {

  private final String value;

  public Secret(String value) {
    this.value = value;
  }

  /** For the one place that uses it. */
  public String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
