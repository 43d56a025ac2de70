package dev.doorward.password;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Set;

/** A password in the form in which it is hashed: NFKC (NIST SP 800-63B, 3.1.1.2), at most 1,024 bytes of UTF-8. */
public final class Password {

  /** Longer ones are refused unread. */
  public static final int MAX_BYTES = 1024;

  private final String value;
  private final String typed;

  private Password(String value, String typed) {
    this.value = value;
    this.typed = typed;
  }

  /** Throws an {@link IllegalArgumentException} that says what is expected. */
  public static Password parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("not set");
    }
    if (text.length() <= MAX_BYTES) {
      Password password = new Password(Normalizer.normalize(text, Normalizer.Form.NFKC), text);
      if (password.bytes().length <= MAX_BYTES) {
        return password;
      }
    }
    throw new IllegalArgumentException("longer than expected: at most " + MAX_BYTES + " bytes");
  }

  /** How many characters (code points) it has. */
  public int length() {
    return value.codePointCount(0, value.length());
  }

  boolean isOneOf(Set<String> passwords) {
    return passwords.contains(value);
  }

  byte[] bytes() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  /** In what forms it may have been hashed: in this one or, by a system that does not normalise, as it was typed. */
  List<byte[]> forms() {
    return typed.equals(value)
        ? List.of(bytes())
        : List.of(bytes(), typed.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "(password)";
  }
}
