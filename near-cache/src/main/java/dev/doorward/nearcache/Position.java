package dev.doorward.nearcache;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** How far the feed of revocations has come: the last number of each lane, in one history of the database. */
public final class Position {

  /** How many lanes there are. */
  public static final int LANES = 16;

  private final String epoch;
  private final long[] seqs;

  private Position(String epoch, long[] seqs) {
    if (seqs.length != LANES) {
      throw new IllegalArgumentException("seqs: " + seqs.length + " (expected: " + LANES + ")");
    }
    this.epoch = epoch;
    this.seqs = seqs;
  }

  /**
   * The position with these numbers.
   *
   * @param epoch which history they belong to
   * @param seqs the last number of each lane, lane 0 first
   * @return the position
   * @throws IllegalArgumentException if there are not {@link #LANES} numbers
   */
  public static Position of(String epoch, List<Long> seqs) {
    return new Position(epoch, seqs.stream().mapToLong(Long::longValue).toArray());
  }

  static Position of(String epoch, long[] seqs) {
    return new Position(epoch, seqs.clone());
  }

  /**
   * Which history of the database the numbers belong to.
   *
   * @return an opaque text
   */
  public String epoch() {
    return epoch;
  }

  /**
   * The last number of a lane.
   *
   * @param lane 0 to 15
   * @return the number, 0 if the lane has none yet
   */
  public long seq(int lane) {
    return seqs[lane];
  }

  /**
   * All numbers.
   *
   * @return the last number of each lane, lane 0 first
   */
  public LongStream seqs() {
    return Arrays.stream(seqs);
  }

  /**
   * Whether whoever is here has seen all that the other one has.
   *
   * @param other a position
   * @return true if both are of one epoch and no lane of the other one is further
   */
  public boolean covers(Position other) {
    return epoch.equals(other.epoch) && other.isReachedBy(seqs);
  }

  /** Whether whoever has come this far in every lane, in the same epoch, has seen all up to here. */
  boolean isReachedBy(long[] others) {
    for (int lane = 0; lane < LANES; lane++) {
      if (others[lane] < seqs[lane]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Position that
        && epoch.equals(that.epoch)
        && Arrays.equals(seqs, that.seqs);
  }

  @Override
  public int hashCode() {
    return 31 * epoch.hashCode() + Arrays.hashCode(seqs);
  }

  @Override
  public String toString() {
    return epoch + Arrays.toString(seqs);
  }
}
