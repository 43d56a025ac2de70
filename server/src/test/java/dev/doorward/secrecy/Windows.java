package dev.doorward.secrecy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * Finds secrets, or pieces of them, in bytes: every eighth window of eight bytes of each secret, if it is like no other text, is in a table, and every
 * window of the text is looked up there. So the text is read once, however many secrets there are.
 */
final class Windows {

  /** How long a secret has to be, or nobody could tell it from other text. */
  static final int LEAST_BYTES = Long.BYTES;

  /** How much of a longer secret is enough of it. */
  static final int PIECE_BYTES = 20;

  private static final int DIFFERENT_BYTES = 5;
  private static final int FILTER_BITS = 24;

  private final byte[][] secrets;
  private final long[] filter = new long[1 << FILTER_BITS - 6];
  private final int mask;
  private final long[] windows;

  /** For each place in the table the first of a chain of entries, plus one. */
  private final int[] chains;

  private int[] entrySecrets = new int[1024];
  private int[] entryOffsets = new int[1024];
  private int[] entryNexts = new int[1024];
  private int entries;

  /** @param secrets of {@link #LEAST_BYTES} or more each */
  Windows(List<byte[]> secrets) {
    this.secrets = secrets.toArray(byte[][]::new);
    long count =
        secrets.stream().mapToLong(secret -> secret.length / Long.BYTES + 1).sum();
    int places = Integer.highestOneBit((int) Math.max(16, 2 * count)) * 2;
    this.mask = places - 1;
    this.windows = new long[places];
    this.chains = new int[places];
    for (int i = 0; i < this.secrets.length; i++) {
      add(i);
    }
  }

  /** @param found is given the number of a secret, and where in the text the piece of it begins */
  void search(byte[] text, int from, int to, BiConsumer<Integer, Integer> found) {
    long window = 0;
    for (int i = from; i < to; i++) {
      window = window << 8 | text[i] & 0xff;
      if (i - from >= Long.BYTES - 1 && mayHave(window)) {
        int place = place(window);
        for (int entry = chains[place]; entry != 0; entry = entryNexts[entry - 1]) {
          compare(text, from, to, i - Long.BYTES + 1, entry - 1, found);
        }
      }
    }
  }

  /** How far the text is like the secret around a window that both have. */
  private void compare(
      byte[] text, int from, int to, int at, int entry, BiConsumer<Integer, Integer> found) {
    byte[] secret = secrets[entrySecrets[entry]];
    int offset = entryOffsets[entry];
    int before = 0;
    while (before < offset
        && at - before > from
        && text[at - before - 1] == secret[offset - before - 1]) {
      before++;
    }
    int after = Long.BYTES;
    while (offset + after < secret.length
        && at + after < to
        && text[at + after] == secret[offset + after]) {
      after++;
    }
    if (before + after >= Math.min(PIECE_BYTES, secret.length)) {
      found.accept(entrySecrets[entry], at - before);
    }
  }

  private void add(int number) {
    byte[] secret = secrets[number];
    Set<Long> added = new HashSet<>();
    for (int offset = 0; offset < secret.length; offset += Long.BYTES) {
      int start = Math.min(offset, secret.length - Long.BYTES);
      byte[] bytes = Arrays.copyOfRange(secret, start, start + Long.BYTES);
      long window = ByteBuffer.wrap(bytes).getLong();
      if (isDistinctive(bytes) && added.add(window)) {
        add(window, number, start);
      }
    }
  }

  /** Whether it can be told from other text: not one character over and over. */
  static boolean isDistinctive(byte[] bytes) {
    return bytes.length >= LEAST_BYTES
        && IntStream.range(0, bytes.length).map(i -> bytes[i]).distinct().count()
            >= DIFFERENT_BYTES;
  }

  private void add(long window, int number, int offset) {
    if (entries == entrySecrets.length) {
      entrySecrets = Arrays.copyOf(entrySecrets, 2 * entries);
      entryOffsets = Arrays.copyOf(entryOffsets, 2 * entries);
      entryNexts = Arrays.copyOf(entryNexts, 2 * entries);
    }
    int place = place(window);
    entrySecrets[entries] = number;
    entryOffsets[entries] = offset;
    entryNexts[entries] = chains[place];
    entries++;
    windows[place] = window;
    chains[place] = entries;
    int bit = filterBit(window);
    filter[bit >> 6] |= 1L << bit;
  }

  /** Most of a text ends here. */
  private boolean mayHave(long window) {
    int bit = filterBit(window);
    return (filter[bit >> 6] & 1L << bit) != 0;
  }

  /** Where the window is in the table, or a free place for it. */
  private int place(long window) {
    int place = (int) (mixed(window) >>> 32) & mask;
    while (chains[place] != 0 && windows[place] != window) {
      place = place + 1 & mask;
    }
    return place;
  }

  private static int filterBit(long window) {
    return (int) (mixed(window) >>> 64 - FILTER_BITS);
  }

  private static long mixed(long window) {
    long mixed = window * 0x9e3779b97f4a7c15L;
    return (mixed ^ mixed >>> 29) * 0xbf58476d1ce4e5b9L;
  }
}
