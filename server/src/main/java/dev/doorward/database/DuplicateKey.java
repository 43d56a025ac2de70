package dev.doorward.database;

/** A row that was to be written has the same value in a unique key as another one. */
public final class DuplicateKey extends RuntimeException {

  private final String key;

  DuplicateKey(String key, Throwable cause) {
    super("duplicate value in unique key " + key, cause, false, false);
    this.key = key;
  }

  /** The name of the key in the schema. */
  public String key() {
    return key;
  }
}
