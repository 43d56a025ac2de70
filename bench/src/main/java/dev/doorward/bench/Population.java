package dev.doorward.bench;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Who is in the bench's database: user and session number n are the same on every run, so that any program can name them.
 * {@link Fill} says the same in SQL.
 */
final class Population {

  static final String PASSWORD = "correct horse battery";

  /** Ids as long as a nanoid, and in no order. */
  private static final int ID_LENGTH = 21;

  private Population() {}

  static String userId(long n) {
    return sha256("user " + n).substring(0, ID_LENGTH);
  }

  static String email(long n) {
    return "user-" + n + "@example.com";
  }

  static String sessionId(long n) {
    return sha256("session " + n).substring(0, ID_LENGTH);
  }

  /** As long as one of the server's making, but one that a bridging caller brought along. */
  static String token(long n) {
    return "bench_%047d".formatted(n);
  }

  static String storedToken(long n) {
    return sha256(token(n));
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256")
              .digest(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
