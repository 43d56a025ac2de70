package dev.doorward.secrecy;

import dev.doorward.token.TokenForm;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Of secrets, most of which are named by the field that they come in. */
final class Kinds {

  static final String CALLER_KEY = "a caller's key";
  static final String TOKEN_KEY = "a key of providers' tokens";
  static final String DATABASE_PASSWORD = "the database's password";

  /** Of what shows that the search is not blind: with the place where it must be found. */
  static final String CONTROL = "control: ";

  /** How all begins that is stored of a provider's token. */
  private static final String SEALED = "dwe1.";

  private static final String HASH_OF = "the hash of ";
  private static final String PASSWORD_HASH = "the hash of a password";

  private Kinds() {}

  static boolean isControl(String kind) {
    return kind.startsWith(CONTROL);
  }

  static boolean isHash(String kind) {
    return kind.startsWith(HASH_OF) || lastWord(kind).equals("password_hash");
  }

  /** The secrets themselves, and what is stored of them; without what is stored of one, and came as if it were one. */
  static List<Secret> withHashes(List<Secret> secrets) {
    Map<ByteBuffer, Secret> hashes = new LinkedHashMap<>();
    for (Secret secret : secrets) {
      if (isStoredAsHash(secret.kind())) {
        String value = new String(secret.value(), StandardCharsets.UTF_8);
        Secret hash = Secret.of(HASH_OF + secret.kind(), TokenForm.hash(value));
        hashes.put(ByteBuffer.wrap(hash.value()), hash);
      }
    }
    List<Secret> all = new ArrayList<>(hashes.values());
    for (Secret secret : secrets) {
      if (!hashes.containsKey(ByteBuffer.wrap(secret.value())) && !isSealed(secret)) {
        all.add(secret);
      }
    }
    // Of these the tests see none; but they all begin like this.
    all.add(Secret.of(PASSWORD_HASH, "$argon2id$v=19$m="));
    return all;
  }

  private static boolean isSealed(Secret secret) {
    return new String(secret.value(), StandardCharsets.UTF_8).startsWith(SEALED);
  }

  private static boolean isStoredAsHash(String kind) {
    return kind.equals(CALLER_KEY) || lastWord(kind).matches("session_tokens?|key|token");
  }

  private static String lastWord(String kind) {
    return kind.substring(kind.lastIndexOf('.') + 1);
  }
}
