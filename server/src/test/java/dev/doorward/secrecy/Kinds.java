package dev.doorward.secrecy;

import dev.doorward.token.TokenForm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Of secrets, most of which are named by the field that they come in. */
final class Kinds {

  static final String CALLER_KEY = "a caller's key";
  static final String DATABASE_PASSWORD = "the database's password";

  /** Of what shows that the search is not blind: with the place where it must be found. */
  static final String CONTROL = "control: ";

  private static final String HASH_OF = "the hash of ";
  private static final String PASSWORD_HASH = "the hash of a password";
  private static final Set<String> TOKENS_OF_PROVIDERS =
      Set.of("access_token", "refresh_token", "id_token");

  private Kinds() {}

  static boolean isControl(String kind) {
    return kind.startsWith(CONTROL);
  }

  static boolean isStoredAsItIs(String kind) {
    return kind.startsWith(HASH_OF) || TOKENS_OF_PROVIDERS.contains(lastWord(kind));
  }

  /** The secrets themselves, and what is stored of them. */
  static List<Secret> withHashes(List<Secret> secrets) {
    List<Secret> all = new ArrayList<>(secrets);
    for (Secret secret : secrets) {
      if (isStoredAsHash(secret.kind())) {
        String value = new String(secret.value(), StandardCharsets.UTF_8);
        all.add(Secret.of(HASH_OF + secret.kind(), TokenForm.hash(value)));
      }
    }
    // Of these the tests see none; but they all begin like this.
    all.add(Secret.of(PASSWORD_HASH, "$argon2id$v=19$m="));
    return all;
  }

  private static boolean isStoredAsHash(String kind) {
    return kind.equals(CALLER_KEY) || lastWord(kind).matches("session_tokens?|key|token");
  }

  private static String lastWord(String kind) {
    return kind.substring(kind.lastIndexOf('.') + 1);
  }
}
