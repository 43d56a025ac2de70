package dev.doorward.remote;

import java.util.regex.Pattern;

/** What others wrote, as it is shown on a terminal: its first line, and nothing that a terminal acts on. */
final class Shown {

  private static final int LONGEST = 1000;
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}]");

  private Shown() {}

  static String of(String text) {
    String first = text.lines().findFirst().orElse("");
    String plain = CONTROL.matcher(first).replaceAll("?");
    return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "…";
  }
}
