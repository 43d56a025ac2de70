package dev.doorward.verification;

import java.util.regex.Pattern;

/**
 * What a one-time token is good for. The names are stored.
 *
 * @param tokenPrefix how tokens of the server's own making begin
 */
public record Purpose(String name, String tokenPrefix) {

  public static final Purpose PASSWORD_RESET = new Purpose("PASSWORD_RESET", "dwr_");

  static final Purpose EMAIL_VERIFICATION = new Purpose("EMAIL_VERIFICATION", "dwv_");
  static final Purpose EMAIL_CHANGE = new Purpose("EMAIL_CHANGE", "dwe_");

  /** How the tokens begin that are for purposes of the callers' own. */
  static final String CALLERS_PREFIX = "dwo_";

  /** The server's own purposes are in capitals, so that no caller's is one of them. */
  private static final Pattern CALLERS = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

  /** A purpose of a caller's own. Throws an {@link IllegalArgumentException} that says what is expected. */
  static Purpose parse(String name) {
    if (!CALLERS.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "expected: a lower-case word of letters, digits, _ and -, at most 32");
    }
    return new Purpose(name, CALLERS_PREFIX);
  }
}
