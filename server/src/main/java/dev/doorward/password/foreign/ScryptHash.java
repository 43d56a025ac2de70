package dev.doorward.password.foreign;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** scrypt as Better Auth, Lucia, Werkzeug, Django and passlib write it. */
final class ScryptHash implements ForeignHash {

  private static final Scrypt BETTER_AUTH = new Scrypt(16384, 16, 1);

  /** The salt's letters are the salt, not the bytes that they stand for. Lucia's second version put {@code s2:} before it. */
  private static final Pattern BETTER_AUTH_NOTATION =
      Pattern.compile("(?:s2:)?([0-9A-Za-z]{16,32}):([0-9a-f]{128})");

  private static final Pattern WERKZEUG = Pattern.compile("scrypt:(\\d{1,9}):(\\d{1,9}):(\\d{1,9})"
      + "\\$([\\x21-\\x7E&&[^$]]{1,128})\\$((?:[0-9a-f]{2}){16,64})");

  private static final Pattern DJANGO =
      Pattern.compile("scrypt\\$(\\d{1,9})\\$([\\x21-\\x7E&&[^$]]{1,128})"
          + "\\$(\\d{1,9})\\$(\\d{1,9})\\$([A-Za-z0-9+/]{22,86}={0,2})");

  /** The PHC string format, which passlib and others write. */
  private static final Pattern PHC =
      Pattern.compile("\\$scrypt\\$ln=(\\d{1,9}),r=(\\d{1,9}),p=(\\d{1,9})"
          + "\\$([A-Za-z0-9+/]{1,171})\\$([A-Za-z0-9+/]{22,86})");

  private final Scrypt scrypt;
  private final byte[] salt;
  private final byte[] key;

  private ScryptHash(Scrypt scrypt, byte[] salt, byte[] key) {
    this.scrypt = scrypt;
    this.salt = salt;
    this.key = key;
  }

  static Optional<ForeignHash> of(String text) {
    Matcher found = BETTER_AUTH_NOTATION.matcher(text);
    if (found.matches()) {
      return Optional.of(new ScryptHash(BETTER_AUTH, ascii(found.group(1)), hex(found.group(2))));
    }
    found = WERKZEUG.matcher(text);
    if (found.matches()) {
      Scrypt scrypt = Scrypt.of(found.group(1), found.group(2), found.group(3));
      return Optional.of(new ScryptHash(scrypt, ascii(found.group(4)), hex(found.group(5))));
    }
    found = DJANGO.matcher(text);
    if (found.matches()) {
      Scrypt scrypt = Scrypt.of(found.group(1), found.group(3), found.group(4));
      return Optional.of(
          new ScryptHash(scrypt, ascii(found.group(2)), Base64s.decode(found.group(5))));
    }
    found = PHC.matcher(text);
    if (found.matches()) {
      Scrypt scrypt = Scrypt.ofLog2(found.group(1), found.group(2), found.group(3));
      return Optional.of(
          new ScryptHash(scrypt, Base64s.decode(found.group(4)), Base64s.decode(found.group(5))));
    }
    return Optional.empty();
  }

  @Override
  public boolean matches(byte[] password) {
    return MessageDigest.isEqual(key, scrypt.derive(password, salt, key.length));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
