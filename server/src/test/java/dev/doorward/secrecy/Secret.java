package dev.doorward.secrecy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/**
 * What must not be written down.
 *
 * @param kind what it is: the field it came in, or a word
 */
record Secret(String kind, byte[] value) {

  static Secret of(String kind, String value) {
    return new Secret(kind, value.getBytes(UTF_8));
  }

  /** As a line of a file, in which a search for itself would not look. */
  String toLine() {
    return kind + '\t' + Base64.getEncoder().encodeToString(value);
  }

  static Secret ofLine(String line) {
    int tab = line.indexOf('\t');
    return new Secret(
        line.substring(0, tab),
        Base64.getDecoder().decode(line.substring(tab + 1).getBytes(US_ASCII)));
  }

  @Override
  public String toString() {
    return kind;
  }
}
