package dev.doorward.password;

import de.mkammerer.argon2.Argon2;
import de.mkammerer.argon2.Argon2Factory;
import de.mkammerer.argon2.Argon2Factory.Argon2Types;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Argon2id (RFC 9106), with hashes in the PHC string format. Slow on purpose. */
final class Argon2id {

  private static final Pattern PHC = Pattern.compile(
      "\\$argon2id\\$v=(\\d{1,9})\\$m=(\\d{1,9}),t=(\\d{1,9}),p=(\\d{1,9})\\$[A-Za-z0-9+/]{11,}\\$[A-Za-z0-9+/]{16,}");

  /** Of Argon2 itself: 1.3, the only one since 2016. */
  private static final int VERSION = 19;

  /** What Argon2 takes as memory at the least, per lane. */
  private static final int LEAST_KIB = 8;

  private static final int PARTS = 32;
  private static final byte[] NOTHING = {};

  private final Argon2 argon2 = Argon2Factory.create(Argon2Types.ARGON2id);
  private final PasswordConfig config;

  Argon2id(PasswordConfig config) {
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

  /** Whether it is a hash of this kind, with whatever parameters. */
  boolean reads(String hash) {
    return PHC.matcher(hash).matches();
  }

  boolean verify(String hash, byte[] password) {
    return reads(hash) && argon2.verify(hash, password);
  }

  /** Does a small part of the work of a hash with today's parameters, in less of its memory. */
  void workALittle() {
    int memoryKib = Math.max(LEAST_KIB * config.parallelism(), config.memoryKib() / PARTS);
    argon2.hash(1, memoryKib, config.parallelism(), NOTHING);
  }

  /** Whether the hash was made in another way, or with other parameters, than a new one would be. */
  boolean isOutdated(String hash) {
    Matcher phc = PHC.matcher(hash);
    return !phc.matches()
        || Integer.parseInt(phc.group(1)) != VERSION
        || Integer.parseInt(phc.group(2)) != config.memoryKib()
        || Integer.parseInt(phc.group(3)) != config.iterations()
        || Integer.parseInt(phc.group(4)) != config.parallelism();
  }
}
