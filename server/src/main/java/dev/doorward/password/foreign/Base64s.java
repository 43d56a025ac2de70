package dev.doorward.password.foreign;

import java.util.Base64;

/** Base64 in whichever alphabet and with whatever padding the other systems write it. */
final class Base64s {

  private Base64s() {}

  /** Throws an {@link IllegalArgumentException} that says what was expected. */
  static byte[] decode(String text) {
    String plain = text.replace('-', '+').replace('_', '/').replace('.', '+').replace("=", "");
    try {
      return Base64.getDecoder().decode(plain);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not in base64 (expected: salt and key in base64)");
    }
  }
}
