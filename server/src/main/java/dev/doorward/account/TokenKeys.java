package dev.doorward.account;

import dev.doorward.config.InvalidSettings;
import dev.doorward.config.OwnersFile;
import dev.doorward.token.TokenForm;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The keys under which providers' tokens are stored: new ones under the first, the others are still opened by theirs. */
public final class TokenKeys {

  static final String SETTING = "account.token-keys-file";

  private static final int KEY_BYTES = 32;
  private static final int ID_LENGTH = 8;
  private static final Pattern LINE = Pattern.compile("([A-Za-z0-9_-]{1,32})=([A-Za-z0-9+/]{43}=)");

  private final Map<String, SecretKey> keys; // In the order of the file.

  private TokenKeys(Map<String, SecretKey> keys) {
    this.keys = keys;
  }

  /** Refuses a file that is not what it must be, and shows nothing of it. */
  public static TokenKeys from(Optional<Path> file) {
    return new TokenKeys(file.map(TokenKeys::read).orElseGet(Map::of));
  }

  /** A line for the file, with a key that nobody knows yet. */
  public static String generateLine() {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return TokenForm.random(ID_LENGTH) + "=" + Base64.getEncoder().encodeToString(key);
  }

  /** The id of the key under which new tokens are stored. */
  Optional<String> current() {
    return keys.keySet().stream().findFirst();
  }

  Optional<SecretKey> find(String id) {
    return Optional.ofNullable(keys.get(id));
  }

  private static Map<String, SecretKey> read(Path file) {
    Map<String, SecretKey> keys = new LinkedHashMap<>();
    List<String> lines =
        OwnersFile.read(SETTING, file).lines().map(String::strip).toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String place = SETTING + ": " + file + ", line " + (i + 1);
      Matcher form = LINE.matcher(line);
      if (!form.matches()) {
        throw new InvalidSettings(
            place + " (expected: what `doorward account generate-token-key` prints)");
      }
      if (keys.putIfAbsent(form.group(1), key(form.group(2))) != null) {
        throw new InvalidSettings(place + " has the id of a line above (expected: one of its own)");
      }
    }
    if (keys.isEmpty()) {
      throw new InvalidSettings(SETTING + ": " + file
          + " has no key (expected: lines that `doorward account generate-token-key` prints)");
    }
    return keys;
  }

  private static SecretKey key(String base64) {
    return new SecretKeySpec(Base64.getDecoder().decode(base64), "AES");
  }

  @Override
  public String toString() {
    return "(token keys)";
  }
}
