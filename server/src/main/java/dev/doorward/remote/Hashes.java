package dev.doorward.remote;

import java.util.Arrays;

/** Hashes by the million, of which only those are of interest that come twice. */
final class Hashes {

  private long[] hashes = new long[1 << 10];
  private int count;

  void add(long hash) {
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, count + (count >> 1));
    }
    hashes[count++] = hash;
  }

  /** Those that came twice or more often, once each and sorted. Nothing can be added any more. */
  long[] repeated() {
    Arrays.sort(hashes, 0, count);
    int found = 0;
    for (int i = 1; i < count; i++) {
      boolean twice = hashes[i] == hashes[i - 1];
      if (twice && (found == 0 || hashes[found - 1] != hashes[i])) {
        hashes[found++] = hashes[i]; // Overwrites what was looked at before.
      }
    }
    return Arrays.copyOf(hashes, found);
  }
}
