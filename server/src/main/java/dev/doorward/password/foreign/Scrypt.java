package dev.doorward.password.foreign;

import org.bouncycastle.crypto.generators.SCrypt;

/** scrypt (RFC 7914) at a cost, named as it is there: {@code n} is a power of two. */
record Scrypt(int n, int r, int p) {

  private static final int MAX_N = 1 << 24;
  private static final int MAX_R = 32;
  private static final int MAX_P = 16;
  private static final int BYTES_PER_BLOCK = 128;

  /** Blocks mixed altogether: as much as one pass over all the memory that is allowed. */
  private static final long MAX_WORK = Cost.MAX_MEMORY_KIB * 1024L / BYTES_PER_BLOCK;

  Scrypt {
    Cost.require("N", n, 2, MAX_N);
    Cost.require("r", r, 1, MAX_R);
    Cost.require("p", p, 1, MAX_P);
    Cost.require("N times r times p", (long) n * r * p, 1, MAX_WORK);
    if (Integer.bitCount(n) != 1) {
      throw new IllegalArgumentException("N: " + n + " (expected: a power of two)");
    }
  }

  static Scrypt of(String n, String r, String p) {
    return new Scrypt(Integer.parseInt(n), Integer.parseInt(r), Integer.parseInt(p));
  }

  /** @param log2N how often to double one for {@code n} */
  static Scrypt ofLog2(String log2N, String r, String p) {
    int log2 = Cost.number("log2 of N", log2N, 1, Integer.numberOfTrailingZeros(MAX_N));
    return new Scrypt(1 << log2, Integer.parseInt(r), Integer.parseInt(p));
  }

  byte[] derive(byte[] password, byte[] salt, int length) {
    return SCrypt.generate(password, salt, n, r, p, length);
  }
}
