package dev.doorward.password.foreign;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The hash of a password as another system made it, and all that it takes to check a password against it. */
public interface ForeignHash {

  /** What is longer is no hash of a password. */
  int MAX_LENGTH = 1024;

  /** Whether it is the hash of these bytes, the text of a password in UTF-8. Slow on purpose. */
  boolean matches(byte[] password);

  /**
   * Reads a hash in the notation of any of the systems that are known here. Throws an {@link IllegalArgumentException} that
   * says what was expected, and nothing of the hash, if it is in none of them, or would cost more to check than is allowed.
   */
  static ForeignHash read(String text) {
    if (text.length() <= MAX_LENGTH) {
      List<Function<String, Optional<ForeignHash>>> notations =
          List.of(Argon2Hash::of, BcryptHash::of, ScryptHash::of, FirebaseHash::of, Pbkdf2Hash::of);
      for (Function<String, Optional<ForeignHash>> notation : notations) {
        Optional<ForeignHash> hash = notation.apply(text);
        if (hash.isPresent()) {
          return hash.get();
        }
      }
    }
    throw new IllegalArgumentException(
        "in no known notation (expected: Argon2, bcrypt, scrypt or PBKDF2 as one of the"
            + " systems writes it that the guide to importing names)");
  }
}
