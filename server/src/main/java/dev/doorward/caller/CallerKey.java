package dev.doorward.caller;

import dev.doorward.token.TokenForm;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The secret by which a caller is known: {@code dwk_}, the key's id, {@code _}, and the rest in {@link TokenForm}. One that
 * begins with {@code dwkdev_} is for development: it is in no database, and no production server takes it.
 */
public final class CallerKey {

  private static final String PREFIX = "dwk_";
  private static final String DEVELOPMENT_PREFIX = "dwkdev_";
  private static final int ID_LENGTH = 16;
  private static final Pattern FORM = Pattern.compile("dwk(dev)?_([0-9A-Za-z]{" + ID_LENGTH
      + "})_[0-9A-Za-z]{" + TokenForm.LENGTH_BEHIND_PREFIX + "}");

  private final String id;
  private final String value;
  private final boolean forDevelopment;

  private CallerKey(String id, String value, boolean forDevelopment) {
    this.id = id;
    this.value = value;
    this.forDevelopment = forDevelopment;
  }

  public static CallerKey generate() {
    return generate(TokenForm.random(ID_LENGTH));
  }

  /** A fresh secret under an id that has been given out before. */
  static CallerKey generate(String id) {
    return new CallerKey(id, TokenForm.generate(PREFIX + id + "_"), false);
  }

  public static CallerKey generateForDevelopment() {
    String id = TokenForm.random(ID_LENGTH);
    return new CallerKey(id, TokenForm.generate(DEVELOPMENT_PREFIX + id + "_"), true);
  }

  /** A key as somebody presented it; empty if none can look like that, so that there is nothing to look for. */
  public static Optional<CallerKey> read(String value) {
    Matcher form = FORM.matcher(value);
    if (!form.matches() || !TokenForm.isWhole(value)) {
      return Optional.empty();
    }
    return Optional.of(new CallerKey(form.group(2), value, form.group(1) != null));
  }

  /** Names the key. Not a secret. */
  public String id() {
    return id;
  }

  public boolean isForDevelopment() {
    return forDevelopment;
  }

  /** The key itself, for the one place that shows it. */
  public String reveal() {
    return value;
  }

  /** What is stored of it. */
  String hash() {
    return TokenForm.hash(value);
  }

  /** In a time that does not tell how much of the two is alike. */
  @Override
  public boolean equals(Object other) {
    return other instanceof CallerKey that
        && MessageDigest.isEqual(
            value.getBytes(StandardCharsets.US_ASCII),
            that.value.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "(caller key)";
  }
}
