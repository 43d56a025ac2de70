package dev.doorward.password.foreign;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * bcrypt, by itself or with Django's prefix before it. Like every other implementation it looks at the first 72 bytes of a
 * password alone.
 *
 * @param digestFirst whether the hash is that of the password's SHA-256 in hex, which is how Django gets past 72 bytes
 */
record BcryptHash(boolean digestFirst, String text) implements ForeignHash {

  private static final Pattern NOTATION =
      Pattern.compile("(?:bcrypt(_sha256)?\\$)?(\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53})");

  private static final int MIN_COST = 4;
  private static final int MAX_COST = 14;

  static Optional<ForeignHash> of(String text) {
    Matcher found = NOTATION.matcher(text);
    if (!found.matches()) {
      return Optional.empty();
    }
    Cost.number("bcrypt's cost", found.group(3), MIN_COST, MAX_COST);
    return Optional.of(new BcryptHash(found.group(1) != null, found.group(2)));
  }

  @Override
  public boolean matches(byte[] password) {
    return OpenBSDBCrypt.checkPassword(text, digestFirst ? digest(password) : password.clone());
  }

  private static byte[] digest(byte[] password) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(password);
      return HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java has it.
    }
  }
}
