package dev.doorward.user;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** One plain address, in the form in which it is looked up, stored and mailed. */
public record Email(String value) {

  private static final int MAX_BYTES = 254; // RFC 5321, 4.5.3.1.3, without the angle brackets
  private static final int MAX_LOCAL_BYTES = 64; // RFC 5321, 4.5.3.1.1

  /** Letters of any script (RFC 6531), but no quoted local part, comment, blank or invisible character. */
  private static final Pattern LOCAL = Pattern.compile(
      "[^\\p{C}\\p{Z}\"(),:;<>@\\[\\\\\\].]+(\\.[^\\p{C}\\p{Z}\"(),:;<>@\\[\\\\\\].]+)*");

  private static final Pattern DOMAIN = Pattern.compile(
      "[\\p{L}\\p{N}]([\\p{L}\\p{M}\\p{N}-]*[\\p{L}\\p{M}\\p{N}])?(\\.[\\p{L}\\p{N}]([\\p{L}\\p{M}\\p{N}-]*[\\p{L}\\p{M}\\p{N}])?)*");

  /** Throws an {@link IllegalArgumentException} that says what is expected. */
  public static Email parse(String text) {
    if (text.length() > 4 * MAX_BYTES) {
      throw new IllegalArgumentException("expected: at most " + MAX_BYTES + " bytes");
    }
    String address = normalize(text);
    int at = address.indexOf('@');
    if (at < 0 || at != address.lastIndexOf('@')) {
      throw new IllegalArgumentException("expected: an address with one @");
    }
    String local = address.substring(0, at);
    if (bytes(address) > MAX_BYTES || bytes(local) > MAX_LOCAL_BYTES) {
      throw new IllegalArgumentException("expected: at most " + MAX_BYTES + " bytes, "
          + MAX_LOCAL_BYTES + " of them before the @");
    }
    if (!LOCAL.matcher(local).matches()
        || !DOMAIN.matcher(address.substring(at + 1)).matches()) {
      throw new IllegalArgumentException("expected: a plain address such as ada@example.com");
    }
    return new Email(address);
  }

  /** Normalised before it is validated: NFKC makes plain letters of letters that only look like them. */
  static String normalize(String text) {
    String plain =
        Normalizer.normalize(text, Normalizer.Form.NFKC).strip().toLowerCase(Locale.ROOT);
    return Normalizer.normalize(plain, Normalizer.Form.NFKC);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
