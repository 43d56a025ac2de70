package dev.doorward.session;

import com.aventrix.jnanoid.jnanoid.NanoIdUtils;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * The secret by which the holder of a session is known: {@code dws_}, 43 characters of base 62 (256 random bits) and a
 * checksum of 6, so that scanners for secrets recognise it and garbage is refused without a read. A caller that bridges
 * another library brings tokens of any other shape.
 */
public final class SessionToken {

  public static final String PREFIX = "dws_";
  public static final int MIN_LENGTH = 16;
  public static final int MAX_LENGTH = 255;

  private static final char[] BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray();
  private static final int RANDOM_LENGTH = 43;
  private static final int CHECKSUM_LENGTH = 6;
  private static final int LENGTH = PREFIX.length() + RANDOM_LENGTH + CHECKSUM_LENGTH;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String value;

  private SessionToken(String value) {
    this.value = value;
  }

  public static SessionToken generate() {
    String body = PREFIX + NanoIdUtils.randomNanoId(RANDOM, BASE62, RANDOM_LENGTH);
    return new SessionToken(body + checksum(body));
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
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.ISO_8859_1));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
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
    int end = LENGTH - CHECKSUM_LENGTH;
    return value.length() == LENGTH
        && value.substring(end).equals(checksum(value.substring(0, end)));
  }

  private static String checksum(String body) {
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.ISO_8859_1));
    char[] digits = new char[CHECKSUM_LENGTH];
    long rest = crc.getValue();
    for (int i = CHECKSUM_LENGTH - 1; i >= 0; i--) {
      digits[i] = BASE62[(int) (rest % BASE62.length)];
      rest /= BASE62.length;
    }
    return new String(digits);
  }
}
