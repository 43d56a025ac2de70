package dev.doorward.password.foreign;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** PBKDF2 (RFC 8018, 5.2) as Django, Werkzeug, ASP.NET Core Identity and passlib write it; Keycloak's, written as passlib does. */
final class Pbkdf2Hash implements ForeignHash {

  private enum Digest {
    SHA1("PBKDF2WithHmacSHA1", 20),
    SHA256("PBKDF2WithHmacSHA256", 32),
    SHA512("PBKDF2WithHmacSHA512", 64);

    private final String algorithm;
    private final int bytes;

    Digest(String algorithm, int bytes) {
      this.algorithm = algorithm;
      this.bytes = bytes;
    }
  }

  private static final Pattern DJANGO = Pattern.compile("pbkdf2_(sha1|sha256)\\$(\\d{1,9})"
      + "\\$([\\x21-\\x7E&&[^$]]{1,128})\\$([A-Za-z0-9+/]{22,86}={0,2})");

  private static final Pattern WERKZEUG = Pattern.compile(
      "pbkdf2:(sha1|sha256|sha512):(\\d{1,9})\\$([\\x21-\\x7E&&[^$]]{1,128})\\$((?:[0-9a-f]{2}){16,64})");

  /** The PHC string format, with {@code i} and {@code l}, or passlib's older one, which has a dot for a plus. */
  private static final Pattern PHC = Pattern.compile(
      "\\$pbkdf2(?:-(sha1|sha256|sha512))?"
          + "\\$(?:i=)?(\\d{1,9})(?:,l=\\d{1,3})?\\$([A-Za-z0-9+/.]{1,171}={0,2})\\$([A-Za-z0-9+/.]{22,86}={0,2})");

  /** A number for the format, then numbers for digest, iterations and salt length, the salt, and the key. */
  private static final Pattern ASP_NET = Pattern.compile("[A-Za-z0-9+/]{60,240}={0,2}");

  private static final int ASP_NET_3 = 1;
  private static final int ASP_NET_2 = 0;
  private static final int ASP_NET_2_BYTES = 49;
  private static final int ASP_NET_2_SALT = 16;
  private static final int ASP_NET_2_ITERATIONS = 1000;

  private static final int MAX_ITERATIONS = 2_000_000;
  private static final int MIN_KEY_BYTES = 16;

  private final Digest digest;
  private final int iterations;
  private final byte[] salt;
  private final byte[] key;

  private Pbkdf2Hash(Digest digest, int iterations, byte[] salt, byte[] key) {
    Cost.require("iterations", iterations, 1, MAX_ITERATIONS);
    Cost.require("bytes of salt", salt.length, 1, ForeignHash.MAX_LENGTH);
    Cost.require("bytes of key", key.length, MIN_KEY_BYTES, ForeignHash.MAX_LENGTH);
    this.digest = digest;
    this.iterations = iterations;
    this.salt = salt;
    // Each digest's length of it costs all iterations anew, and the first tells as much as all.
    this.key = Arrays.copyOf(key, Math.min(key.length, digest.bytes));
  }

  static Optional<ForeignHash> of(String text) {
    Matcher found = DJANGO.matcher(text);
    if (found.matches()) {
      return Optional.of(new Pbkdf2Hash(
          digest(found.group(1)),
          Integer.parseInt(found.group(2)),
          ascii(found.group(3)),
          Base64s.decode(found.group(4))));
    }
    found = WERKZEUG.matcher(text);
    if (found.matches()) {
      return Optional.of(new Pbkdf2Hash(
          digest(found.group(1)),
          Integer.parseInt(found.group(2)),
          ascii(found.group(3)),
          HexFormat.of().parseHex(found.group(4))));
    }
    found = PHC.matcher(text);
    if (found.matches()) {
      return Optional.of(new Pbkdf2Hash(
          found.group(1) == null ? Digest.SHA1 : digest(found.group(1)),
          Integer.parseInt(found.group(2)),
          Base64s.decode(found.group(3)),
          Base64s.decode(found.group(4))));
    }
    return ASP_NET.matcher(text).matches()
        ? aspNet(ByteBuffer.wrap(Base64s.decode(text)))
        : Optional.empty();
  }

  private static Optional<ForeignHash> aspNet(ByteBuffer bytes) {
    int format = bytes.get();
    if (format == ASP_NET_2 && bytes.capacity() == ASP_NET_2_BYTES) {
      byte[] salt = next(bytes, ASP_NET_2_SALT);
      return Optional.of(
          new Pbkdf2Hash(Digest.SHA1, ASP_NET_2_ITERATIONS, salt, next(bytes, bytes.remaining())));
    }
    if (format != ASP_NET_3) {
      return Optional.empty();
    }
    int digest = bytes.getInt();
    int iterations = bytes.getInt();
    int saltBytes = bytes.getInt();
    Cost.require("ASP.NET's number of a digest", digest, 0, Digest.values().length - 1);
    Cost.require("bytes of salt", saltBytes, 1, bytes.remaining() - MIN_KEY_BYTES);
    byte[] salt = next(bytes, saltBytes);
    return Optional.of(
        new Pbkdf2Hash(Digest.values()[digest], iterations, salt, next(bytes, bytes.remaining())));
  }

  @Override
  public boolean matches(byte[] password) {
    char[] characters = new String(password, StandardCharsets.UTF_8).toCharArray();
    PBEKeySpec spec = new PBEKeySpec(characters, salt, iterations, key.length * Byte.SIZE);
    try {
      return MessageDigest.isEqual(
          key,
          SecretKeyFactory.getInstance(digest.algorithm).generateSecret(spec).getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // Every Java has them.
    } finally {
      spec.clearPassword();
      Arrays.fill(characters, '\0');
    }
  }

  private static Digest digest(String name) {
    return Digest.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static byte[] next(ByteBuffer from, int count) {
    byte[] bytes = new byte[count];
    from.get(bytes);
    return bytes;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
