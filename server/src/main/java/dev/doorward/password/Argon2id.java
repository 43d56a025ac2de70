package dev.doorward.password;

import de.mkammerer.argon2.Argon2;
import de.mkammerer.argon2.Argon2Factory;
import de.mkammerer.argon2.Argon2Factory.Argon2Types;
import dev.doorward.Config;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Argon2id (RFC 9106), with hashes in the PHC string format. Slow on purpose. */
final class Argon2id {

  private static final Pattern PHC = Pattern.compile(
      "\\$argon2id\\$v=\\d+\\$m=(\\d{1,9}),t=(\\d{1,9}),p=\\d+\\$.*", Pattern.DOTALL);

  /** What Argon2 takes as memory at the least, per lane. */
  private static final int LEAST_KIB = 8;

  private final Argon2 argon2 = Argon2Factory.create(Argon2Types.ARGON2id);
  private final Config.Passwords config;

  Argon2id(Config.Passwords config) {
    this.config = config;
  }

  String hash(Password password) {
    byte[] bytes = password.bytes();
    try {
      return argon2.hash(config.iterations(), config.memoryKib(), config.parallelism(), bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** A refusal takes about as long as for a hash with today's parameters, if the hash has cheaper ones or is none at all. */
  boolean verify(String hash, Password password) {
    byte[] bytes = password.bytes();
    try {
      Matcher phc = PHC.matcher(hash);
      if (!phc.matches()) {
        makeUp(0, 0, bytes);
        return false;
      }
      boolean matches = argon2.verify(hash, bytes);
      if (!matches) {
        makeUp(Integer.parseInt(phc.group(1)), Integer.parseInt(phc.group(2)), bytes);
      }
      return matches;
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * Does what is left of the work of today's parameters, as a hash that needs so much less memory. That comes near, not out
   * even: the less memory, the more of it the processor's caches hold.
   */
  private void makeUp(int filledKib, int passes, byte[] bytes) {
    long left = (long) config.memoryKib() * config.iterations() - (long) filledKib * passes;
    long memoryKib = left / config.iterations();
    if (memoryKib >= LEAST_KIB * config.parallelism()) {
      argon2.hash(config.iterations(), (int) memoryKib, config.parallelism(), bytes);
    }
  }

  /** Whether the hash was made with other parameters than a new one would be. */
  boolean isOutdated(String hash) {
    return argon2.needsRehash(hash, config.iterations(), config.memoryKib(), config.parallelism());
  }
}
