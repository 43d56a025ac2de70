package dev.doorward.token;

import com.aventrix.jnanoid.jnanoid.NanoIdUtils;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * How the secrets look that the server gives out: a prefix of their kind, 43 characters of base 62 (256 random bits) and a
 * checksum of 6, so that scanners for secrets recognise them and garbage is refused without a read.
 */
public final class TokenForm {

  /** How much longer than its prefix a token is. */
  public static final int LENGTH_BEHIND_PREFIX = 43 + 6;

  private static final char[] BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray();
  private static final int RANDOM_LENGTH = 43;
  private static final int HASH_LENGTH = 64;
  private static final int CHECKSUM_LENGTH = LENGTH_BEHIND_PREFIX - RANDOM_LENGTH;
  private static final SecureRandom RANDOM = new SecureRandom();

  private TokenForm() {}

  /** A new token of that kind. */
  public static String generate(String prefix) {
    String body = prefix + random(RANDOM_LENGTH);
    return body + checksum(body);
  }

  /** So many random characters of base 62. */
  public static String random(int length) {
    return NanoIdUtils.randomNanoId(RANDOM, BASE62, length);
  }

  /** Whether the checksum at its end is that of the rest. */
  public static boolean isWhole(String token) {
    int end = token.length() - CHECKSUM_LENGTH;
    return end > 0 && token.substring(end).equals(checksum(token.substring(0, end)));
  }

  /** SHA-256, in hex, as {@code SHA2(token, 256)} has it: what is stored. A stolen copy of it opens nothing. */
  public static String hash(String token) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Whether it looks like what {@link #hash} gives. */
  public static boolean isHash(String text) {
    return text.length() == HASH_LENGTH
        && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
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
