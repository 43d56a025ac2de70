package dev.doorward.password;

import dev.doorward.config.InvalidSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** Passwords that are among the first to be guessed, for they are known from breaches. Nobody may take one of them anew. */
public final class BreachedPasswords {

  private static final String SETTING = "password.breached-list";

  private final PrefixList list;

  private BreachedPasswords(PrefixList list) {
    this.list = list;
  }

  /** Those of the file, or else the few that come along. Throws {@link InvalidSettings} if the file is not whole. */
  public static BreachedPasswords from(Optional<Path> file) {
    return new BreachedPasswords(file.map(path -> PrefixList.map(SETTING, path, false))
        .orElseGet(() -> PrefixList.of(CommonPasswords.all().stream()
            .mapToLong(password -> prefix(password.getBytes(StandardCharsets.UTF_8))))));
  }

  /**
   * Reads the file from beginning to end. Throws {@link InvalidSettings} if it is not as it was built.
   *
   * @return how many passwords it has
   */
  public static long check(Path file) {
    return PrefixList.map("FILE", file, true).count();
  }

  /** One of a file's, or, in a very few cases that {@link PrefixList} counts, one whose hash begins like one of them. */
  boolean contains(Password password) {
    return list.contains(prefix(password.bytes()));
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
