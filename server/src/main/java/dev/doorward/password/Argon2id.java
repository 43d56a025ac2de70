package dev.doorward.password;

import de.mkammerer.argon2.Argon2;
import de.mkammerer.argon2.Argon2Factory;
import de.mkammerer.argon2.Argon2Factory.Argon2Types;
import dev.doorward.Config;
import java.util.Arrays;

/** Argon2id (RFC 9106), with hashes in the PHC string format. Slow on purpose. */
final class Argon2id {

  private static final String PHC_PREFIX = "$argon2";

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

  boolean verify(String hash, Password password) {
    if (!hash.startsWith(PHC_PREFIX)) {
      return false;
    }
    byte[] bytes = password.bytes();
    try {
      return argon2.verify(hash, bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Whether the hash was made with other parameters than a new one would be. */
  boolean isOutdated(String hash) {
    return argon2.needsRehash(hash, config.iterations(), config.memoryKib(), config.parallelism());
  }
}
