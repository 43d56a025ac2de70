package dev.doorward.caller;

import dev.doorward.call.Role;
import dev.doorward.database.Change;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A key to give out.
 *
 * @param roles what the caller may do from now on; none leaves it as it is
 * @param certificateName by which certificate the caller is known too, from now on
 */
public record NewKey(
    String callerName,
    Set<Role> roles,
    Duration lifetime,
    Change<String> certificateName,
    CallerKey key) {

  public static final Duration DEFAULT_LIFETIME = Duration.ofDays(90);

  private static final Duration MIN_LIFETIME = Duration.ofMinutes(1);
  private static final Duration MAX_LIFETIME = Duration.ofDays(366);
  private static final int MAX_CERTIFICATE_NAME = 255;
  private static final Predicate<String> NAME =
      Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}").asMatchPredicate();
  private static final Predicate<String> CERTIFICATE_NAME =
      Pattern.compile("[\\x21-\\x7e]{1," + MAX_CERTIFICATE_NAME + "}").asMatchPredicate();

  /** Throws an {@link IllegalArgumentException} that says what is expected. */
  public static String parseName(String name) {
    if (!NAME.test(name)) {
      throw new IllegalArgumentException(
          "expected: 1 to 64 of a-z, 0-9, '.', '-' and '_', the first"
              + " of them a letter or a digit");
    }
    return name;
  }

  /** Throws an {@link IllegalArgumentException} that says what is expected. */
  public static Duration parseLifetime(Duration lifetime) {
    if (lifetime.compareTo(MIN_LIFETIME) < 0 || lifetime.compareTo(MAX_LIFETIME) > 0) {
      throw new IllegalArgumentException("expected: 1 minute to 366 days");
    }
    return lifetime;
  }

  /** Throws an {@link IllegalArgumentException} that says what is expected. */
  public static String parseCertificateName(String name) {
    if (!CERTIFICATE_NAME.test(name)) {
      throw new IllegalArgumentException(
          "expected: 1 to " + MAX_CERTIFICATE_NAME + " printable ASCII characters");
    }
    return name;
  }
}
