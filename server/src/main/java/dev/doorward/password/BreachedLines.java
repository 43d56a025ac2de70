package dev.doorward.password;

import java.io.IOException;
import java.io.InputStream;

/** Reads lines of a SHA-1 in hex, a colon and how often its password was seen. */
final class BreachedLines {

  private static final int HASH_DIGITS = 40;
  private static final int PREFIX_DIGITS = PrefixList.BITS / 4;
  private static final int MAX_COUNT_DIGITS = 18;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int place;
  private int end;
  private long line = 1;

  BreachedLines(InputStream in) {
    this.in = in;
  }

  /**
   * What a list keeps of the next hash that was seen so often, -1 at the end. Throws an {@link IllegalArgumentException} that
   * names the line which is none.
   */
  long next(long minCount) throws IOException {
    while (true) {
      int character = read();
      while (character == '\r' || character == '\n') {
        line += character == '\n' ? 1 : 0;
        character = read();
      }
      if (character < 0) {
        return -1;
      }
      long prefix = prefix(character);
      if (count() >= minCount) {
        return prefix;
      }
    }
  }

  private long prefix(int first) throws IOException {
    long prefix = 0;
    int character = first;
    for (int i = 0; i < HASH_DIGITS; i++) {
      int digit = Character.digit(character, 16);
      if (digit < 0) {
        throw malformed();
      }
      prefix = i < PREFIX_DIGITS ? prefix << 4 | digit : prefix;
      character = read();
    }
    if (character != ':') {
      throw malformed();
    }
    return prefix;
  }

  private long count() throws IOException {
    long count = 0;
    int digits = 0;
    int character = read();
    for (; character >= '0' && character <= '9'; character = read()) {
      count = 10 * count + character - '0';
      digits++;
      if (digits > MAX_COUNT_DIGITS) {
        throw malformed();
      }
    }
    if (digits == 0 || character >= 0 && character != '\r' && character != '\n') {
      throw malformed();
    }
    line += character == '\n' ? 1 : 0;
    return count;
  }

  private int read() throws IOException {
    if (place == end) {
      end = in.read(buffer);
      place = 0;
      if (end < 0) {
        end = 0;
        return -1;
      }
    }
    return buffer[place++] & 0xFF;
  }

  private IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "line " + line + " (expected: 40 hexadecimal digits, a colon and a count)");
  }
}
