package dev.doorward.password;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/** How long calls took, in nanoseconds: pairs of one for a known user and one for somebody else; and what was answered. */
record Comparison(long[] known, long[] other, Set<String> answers) {

  static Comparison of(int pairs) {
    return new Comparison(new long[pairs], new long[pairs], new TreeSet<>());
  }

  /** Of the differences within the pairs, in milliseconds. */
  double medianDifferenceMillis() {
    long[] differences = new long[known.length];
    Arrays.setAll(differences, i -> other[i] - known[i]);
    return median(differences) / 1e6;
  }

  double medianDifferencePercent() {
    return 100 * medianDifferenceMillis() / (median(known) / 1e6);
  }

  /** How often a call for a known user takes longer than one for somebody else: 0.5 tells nothing. */
  double areaUnderCurve() {
    long[] sorted = other.clone();
    Arrays.sort(sorted);
    double shorter = 0;
    for (long nanos : known) {
      int place = Arrays.binarySearch(sorted, nanos);
      shorter += place < 0 ? -place - 1 : place + 0.5;
    }
    return shorter / ((double) known.length * other.length);
  }

  boolean isOneAnswer() {
    return answers.size() == 1;
  }

  private static double median(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
  }
}
