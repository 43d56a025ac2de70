package dev.doorward.password.foreign;

/** What a foreign hash may cost to check, so that nobody brings one along that takes a thread for minutes or all memory. */
final class Cost {

  /** Of scrypt and Argon2, in KiB. libsodium's "moderate" Argon2 takes as much. */
  static final int MAX_MEMORY_KIB = 1 << 18;

  private Cost() {}

  /** A number of at most nine digits that is in the hash. */
  static int number(String name, String digits, int min, int max) {
    int value = Integer.parseInt(digits);
    require(name, value, min, max);
    return value;
  }

  static void require(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }
}
