package dev.doorward.database;

import com.aventrix.jnanoid.jnanoid.NanoIdUtils;

/** Primary keys: nanoids of 21 characters, 126 random bits. */
public final class Ids {

  /** As many characters as a column for ids holds; all of them printable ASCII. */
  public static final int MAX_LENGTH = 64;

  private Ids() {}

  public static String generate() {
    return NanoIdUtils.randomNanoId();
  }

  /**
   * Whether a row could have this id. What could not is never asked for: MariaDB compares it with the column by
   * converting one of the two, and the index is lost.
   */
  public static boolean canExist(String id) {
    return !id.isEmpty() && id.length() <= MAX_LENGTH && isPrintableAscii(id);
  }

  public static boolean isPrintableAscii(String text) {
    return text.chars().allMatch(c -> c >= 0x21 && c <= 0x7e);
  }
}
