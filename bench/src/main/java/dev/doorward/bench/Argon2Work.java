package dev.doorward.bench;

import de.mkammerer.argon2.Argon2;
import de.mkammerer.argon2.Argon2Factory;
import de.mkammerer.argon2.Argon2Factory.Argon2Types;
import java.nio.charset.StandardCharsets;

/** Checks a password against a hash with the server's defaults, by the same library. */
final class Argon2Work implements Work {

  private static final byte[] PASSWORD = Population.PASSWORD.getBytes(StandardCharsets.UTF_8);

  private final Argon2 argon2 = Argon2Factory.create(Argon2Types.ARGON2id);
  private final String hash = argon2.hash(2, 19456, 1, PASSWORD);

  @Override
  public void once() {
    if (!argon2.verify(hash, PASSWORD)) {
      throw new IllegalStateException("the password is the right one");
    }
  }
}
