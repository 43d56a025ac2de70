package dev.doorward.revocation;

import dev.doorward.nearcache.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The last revocations of every lane, as far as memory is given to them. Belongs to one thread. */
final class FeedLog {

  /** Revocations that follow a position, and the position after them. */
  record Slice(List<Numbered> revocations, Position after) {}

  static final int CAPACITY_PER_LANE = 4096;

  private final Numbered[][] rings = new Numbered[Position.LANES][CAPACITY_PER_LANE];
  private final long[] firsts = new long[Position.LANES];
  private final long[] lasts = new long[Position.LANES];
  private String epoch;

  private Position askedLast;
  private Slice answeredLast;

  /** Empty, and ready for what follows the position. */
  FeedLog(Position at) {
    restart(at);
  }

  void restart(Position at) {
    epoch = at.epoch();
    for (int lane = 0; lane < Position.LANES; lane++) {
      firsts[lane] = at.seq(lane) + 1;
      lasts[lane] = at.seq(lane);
    }
    askedLast = null;
  }

  Position head() {
    List<Long> seqs = new ArrayList<>(Position.LANES);
    for (long last : lasts) {
      seqs.add(last);
    }
    return Position.of(epoch, seqs);
  }

  /** Takes the next revocation of its lane; false if one is missing before it. */
  boolean append(Numbered revocation) {
    int lane = revocation.lane();
    if (revocation.seq() != lasts[lane] + 1) {
      return false;
    }
    lasts[lane] = revocation.seq();
    firsts[lane] = Math.max(firsts[lane], revocation.seq() - CAPACITY_PER_LANE + 1);
    rings[lane][(int) (revocation.seq() % CAPACITY_PER_LANE)] = revocation;
    askedLast = null;
    return true;
  }

  /** What follows the position, so many at the most; empty if that is not known any more. */
  Optional<Slice> after(Position position, int max) {
    if (position.equals(askedLast)) {
      return Optional.of(answeredLast); // Most readers are at the same position.
    }
    List<Numbered> found = new ArrayList<>();
    List<Long> after = new ArrayList<>(Position.LANES);
    for (int lane = 0; lane < Position.LANES; lane++) {
      long next = position.seq(lane) + 1;
      if (next < firsts[lane]) {
        return Optional.empty();
      }
      while (next <= lasts[lane] && found.size() < max) {
        found.add(rings[lane][(int) (next % CAPACITY_PER_LANE)]);
        next++;
      }
      after.add(next - 1);
    }
    askedLast = position;
    answeredLast = new Slice(List.copyOf(found), Position.of(epoch, after));
    return Optional.of(answeredLast);
  }
}
