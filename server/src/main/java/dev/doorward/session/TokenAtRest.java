package dev.doorward.session;

/** In which form {@code session.sessionToken} is stored. */
public enum TokenAtRest {
  HASHED,

  /** Stored as it is, for whoever else looks for it there. */
  PLAIN,

  /** The same on the way to hashed ones, as long as some servers store those already. */
  PLAIN_OR_HASHED,

  /** Hashed from now on; those that are not yet are found too. */
  HASHED_OR_PLAIN;

  public boolean isPlain() {
    return this == PLAIN || this == PLAIN_OR_HASHED;
  }

  /** Whether a session may be stored in either form. */
  public boolean isEither() {
    return this == PLAIN_OR_HASHED || this == HASHED_OR_PLAIN;
  }
}
