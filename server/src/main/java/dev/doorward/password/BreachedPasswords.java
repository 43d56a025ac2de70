package dev.doorward.password;

import dev.doorward.config.InvalidSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.function.Predicate;

/** Passwords that are among the first to be guessed, for they are known from breaches. Nobody may take one of them anew. */
public final class BreachedPasswords {

  private static final String SETTING = "password.breached-list";

  private final Predicate<Password> known;

  private BreachedPasswords(Predicate<Password> known) {
    this.known = known;
  }

  /** Those of the file, or else the few that come along. Throws {@link InvalidSettings} if the file is not whole. */
  public static BreachedPasswords from(Optional<Path> file) {
    if (file.isEmpty()) {
      return new BreachedPasswords(CommonPasswords::contain);
    }
    PrefixList list = PrefixList.map(SETTING, file.get(), false);
    return new BreachedPasswords(password -> list.contains(prefix(password.bytes())));
  }

  /**
   * Reads the file from beginning to end. Throws {@link InvalidSettings} if it is not as it was built.
   *
   * @return how many passwords it has
   */
  public static long check(Path file) {
    return PrefixList.map("FILE", file, true).count();
  }

  /** Of a file, in a very few cases that {@link PrefixList} counts, also one whose hash begins like that of one in it. */
  boolean contains(Password password) {
    return known.test(password);
  }

  /** What the list keeps of a password. */
  static long prefix(byte[] password) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest(password);
      return ByteBuffer.wrap(hash).getLong() >>> (Long.SIZE - PrefixList.BITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
