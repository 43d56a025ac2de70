package dev.doorward.bench;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

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

  /** Of so many of the sessions, at random, the tokens as they are stored. */
  static String[] storedTokens(int count, long sessions) {
    return ThreadLocalRandom.current()
        .longs(count, 1, sessions + 1)
        .mapToObj(n -> sha256(token(n)))
        .toArray(String[]::new);
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
