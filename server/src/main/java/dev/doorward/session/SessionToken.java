package dev.doorward.session;

import dev.doorward.token.TokenForm;

/**
 * The secret by which the holder of a session is known: {@code dws_}, and the rest in {@link TokenForm}. A caller that
 * bridges another library brings tokens of any other shape.
 */
public final class SessionToken {

  public static final String PREFIX = "dws_";
  public static final int MIN_LENGTH = 16;
  public static final int MAX_LENGTH = 255;

  private static final int LENGTH = PREFIX.length() + TokenForm.LENGTH_BEHIND_PREFIX;

  private final String value;

  private SessionToken(String value) {
    this.value = value;
  }

  public static SessionToken generate() {
    return new SessionToken(TokenForm.generate(PREFIX));
  }

  /** A token as somebody presented it. */
  public static SessionToken of(String value) {
    return new SessionToken(value);
  }

  /** A token that a caller brings along. Throws an {@link IllegalArgumentException} that says what is expected. */
  static SessionToken parse(String value) {
    SessionToken token = new SessionToken(value);
    if (!token.canExist()) {
      throw new IllegalArgumentException("expected: " + MIN_LENGTH + " to " + MAX_LENGTH
          + " printable ASCII characters, that begin with " + PREFIX
          + " only in a token of this server's making");
    }
    return token;
  }

  /** Whether a session could have this token. If not, there is nothing to look for. */
  public boolean canExist() {
    if (value.length() < MIN_LENGTH || value.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < 0x21 || value.charAt(i) > 0x7e) {
        return false;
      }
    }
    return !value.startsWith(PREFIX) || isOurs();
  }

  /** The token itself, for the one reply that shows it. */
  public String reveal() {
    return value;
  }

  /** SHA-256, in hex. A stolen copy of it signs nobody in. */
  public String hash() {
    return TokenForm.hash(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SessionToken that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "(session token)";
  }

  private boolean isOurs() {
    return value.length() == LENGTH && TokenForm.isWhole(value);
  }
}
