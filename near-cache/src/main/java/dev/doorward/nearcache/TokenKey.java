package dev.doorward.nearcache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A session token's SHA-256, by which the cache knows it: a dump of the heap signs nobody in. Making one allocates nothing
 * else.
 */
public sealed class TokenKey permits Entry {

  private static final int MAX_LENGTH = 255;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  // The hash, 64 bits after 64 bits.
  private final long a;
  private final long b;
  private final long c;
  private final long d;

  TokenKey(long a, long b, long c, long d) {
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  TokenKey(TokenKey other) {
    this(other.a, other.b, other.c, other.d);
  }

  /** What a thread hashes with. */
  private static final class Scratch {
    private final MessageDigest sha256;
    private final byte[] token = new byte[MAX_LENGTH];
    private final byte[] hash = new byte[32];

    private Scratch() {
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JVM has SHA-256", e);
      }
    }
  }

  /**
   * The key of a token.
   *
   * @param token as its holder presented it
   * @return its key
   */
  public static TokenKey of(String token) {
    Scratch scratch = SCRATCH.get();
    int length = copyAscii(token, scratch.token);
    if (length >= 0) {
      scratch.sha256.update(scratch.token, 0, length);
      Arrays.fill(scratch.token, 0, length, (byte) 0); // Or a dump of the heap would show it.
    } else {
      scratch.sha256.update(token.getBytes(StandardCharsets.UTF_8));
    }
    try {
      scratch.sha256.digest(scratch.hash, 0, scratch.hash.length);
    } catch (DigestException e) {
      throw new IllegalStateException("32 bytes hold a SHA-256", e);
    }
    return new TokenKey(
        (long) LONGS.get(scratch.hash, 0),
        (long) LONGS.get(scratch.hash, 8),
        (long) LONGS.get(scratch.hash, 16),
        (long) LONGS.get(scratch.hash, 24));
  }

  /** Of the same token, also if one of them is an entry. */
  @Override
  public final boolean equals(Object other) {
    return other instanceof TokenKey that
        && a == that.a
        && b == that.b
        && c == that.c
        && d == that.d;
  }

  /** Any bits of a hash are as good as all. */
  @Override
  public final int hashCode() {
    return (int) a;
  }

  @Override
  public final String toString() {
    return "TokenKey[...]";
  }

  /** The number of bytes, or -1 for what no token can be. */
  private static int copyAscii(String token, byte[] to) {
    int length = token.length();
    if (length > to.length) {
      return -1;
    }
    for (int i = 0; i < length; i++) {
      char c = token.charAt(i);
      if (c >= 128) {
        return -1;
      }
      to[i] = (byte) c;
    }
    return length;
  }
}
