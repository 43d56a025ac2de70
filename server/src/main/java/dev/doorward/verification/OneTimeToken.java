package dev.doorward.verification;

import dev.doorward.database.Ids;
import dev.doorward.token.TokenForm;

/**
 * The secret by which somebody proves that they have received it: a prefix that says for which {@link Purpose} it is, and the
 * rest in {@link TokenForm}. A caller that bridges another library brings tokens of any other shape.
 */
public final class OneTimeToken {

  private static final int MIN_LENGTH = 16;
  private static final int MAX_LENGTH = 255;

  private final String value;

  private OneTimeToken(String value) {
    this.value = value;
  }

  static OneTimeToken generate(String prefix) {
    return new OneTimeToken(TokenForm.generate(prefix));
  }

  /** A token as somebody presented it. */
  public static OneTimeToken of(String value) {
    return new OneTimeToken(value);
  }

  /** A token that a caller brings along. Throws an {@link IllegalArgumentException} that says what is expected. */
  static OneTimeToken parse(String value) {
    OneTimeToken token = new OneTimeToken(value);
    if (!token.canBeBrought()) {
      throw new IllegalArgumentException("expected: " + MIN_LENGTH + " to " + MAX_LENGTH
          + " printable ASCII characters, that begin with " + Purpose.CALLERS_PREFIX
          + " only in a token of this server's making");
    }
    return token;
  }

  /** Whether it could be a token of that purpose. If not, there is nothing to look for. */
  boolean canBeOf(Purpose purpose) {
    return purpose.tokenPrefix().equals(Purpose.CALLERS_PREFIX)
        ? canBeBrought()
        : isOurs(purpose.tokenPrefix());
  }

  /** The token itself, for the one reply that shows it. */
  public String reveal() {
    return value;
  }

  /** SHA-256, in hex. A stolen copy of it proves nothing. */
  String hash() {
    return TokenForm.hash(value);
  }

  @Override
  public String toString() {
    return "(one-time token)";
  }

  private boolean canBeBrought() {
    return value.length() >= MIN_LENGTH
        && value.length() <= MAX_LENGTH
        && Ids.isPrintableAscii(value)
        && (!value.startsWith(Purpose.CALLERS_PREFIX) || isOurs(Purpose.CALLERS_PREFIX));
  }

  private boolean isOurs(String prefix) {
    return value.length() == prefix.length() + TokenForm.LENGTH_BEHIND_PREFIX
        && value.startsWith(prefix)
        && TokenForm.isWhole(value);
  }
}
