package dev.doorward.password.foreign;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Firebase Authentication's own scrypt: the project's signer key, encrypted under what scrypt makes of the password. In the
 * notation that Supabase gave it, which has the project's parameters beside the user's:
 * {@code $fbscrypt$v=1,n=14,r=8,p=1,ss=SEPARATOR,sk=SIGNER_KEY$SALT$HASH}.
 */
final class FirebaseHash implements ForeignHash {

  private static final Pattern NOTATION =
      Pattern.compile("\\$fbscrypt\\$v=1,n=(\\d{1,9}),r=(\\d{1,9}),p=(\\d{1,9})"
          + "(?:,ss=([A-Za-z0-9+/_-]{0,64}={0,2}))?,sk=([A-Za-z0-9+/_-]{22,171}={0,2})"
          + "\\$([A-Za-z0-9+/_-]{1,171}={0,2})\\$([A-Za-z0-9+/_-]{22,171}={0,2})");

  private static final int AES_KEY_BYTES = 32;
  private static final int AES_BLOCK_BYTES = 16;

  private final Scrypt scrypt;
  private final byte[] salt;
  private final byte[] signerKey;
  private final byte[] encrypted;

  /** @param salt the user's, and the project's separator after it */
  private FirebaseHash(Scrypt scrypt, byte[] salt, byte[] signerKey, byte[] encrypted) {
    this.scrypt = scrypt;
    this.salt = salt;
    this.signerKey = signerKey;
    this.encrypted = encrypted;
  }

  static Optional<ForeignHash> of(String text) {
    Matcher found = NOTATION.matcher(text);
    if (!found.matches()) {
      return Optional.empty();
    }
    Scrypt scrypt = Scrypt.ofLog2(found.group(1), found.group(2), found.group(3));
    byte[] separator = Base64s.decode(found.group(4) == null ? "" : found.group(4));
    byte[] salt = Base64s.decode(found.group(6));
    byte[] both = new byte[salt.length + separator.length];
    System.arraycopy(salt, 0, both, 0, salt.length);
    System.arraycopy(separator, 0, both, salt.length, separator.length);
    return Optional.of(new FirebaseHash(
        scrypt, both, Base64s.decode(found.group(5)), Base64s.decode(found.group(7))));
  }

  @Override
  public boolean matches(byte[] password) {
    byte[] key = scrypt.derive(password, salt, AES_KEY_BYTES);
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(key, "AES"),
          new IvParameterSpec(new byte[AES_BLOCK_BYTES]));
      return MessageDigest.isEqual(encrypted, cipher.doFinal(signerKey));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // Every Java has it, and any bytes will do.
    }
  }
}
