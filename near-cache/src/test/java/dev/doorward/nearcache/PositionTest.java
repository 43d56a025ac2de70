package dev.doorward.nearcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PositionTest {

  private static final Position THREES = Position.of("epoch", all(3));

  @Test
  void aPositionHasANumberForEachLane() {
    List<Long> seqs = all(3);
    seqs.set(15, 7L);
    Position position = Position.of("epoch", seqs);
    seqs.set(15, 8L);

    assertThat(position.epoch()).isEqualTo("epoch");
    assertThat(position.seq(0)).isEqualTo(3);
    assertThat(position.seq(15)).isEqualTo(7);
    assertThat(position.seqs().sum()).isEqualTo(15 * 3 + 7);
  }

  @Test
  void aPositionWithTooFewNumbersIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Position.of("epoch", List.of(1L, 2L)))
        .withMessage("seqs: 2 (expected: 16)");
  }

  @Test
  void whoIsAsFarInEveryLaneCoversTheOther() {
    List<Long> ahead = all(3);
    ahead.set(4, 9L);

    assertThat(THREES.covers(THREES)).isTrue();
    assertThat(Position.of("epoch", ahead).covers(THREES)).isTrue();
  }

  @Test
  void whoIsBehindInOneLaneDoesNot() {
    for (int lane = 0; lane < Position.LANES; lane++) {
      List<Long> behind = all(9);
      behind.set(lane, 2L);

      assertThat(Position.of("epoch", behind).covers(THREES)).isFalse();
    }
  }

  @Test
  void norWhoIsOfAnotherEpoch() {
    assertThat(Position.of("another epoch", all(9)).covers(THREES)).isFalse();
  }

  @Test
  void positionsAreEqualInEpochAndNumbers() {
    List<Long> other = all(3);
    other.set(15, 4L);

    assertThat(THREES).isEqualTo(Position.of("epoch", all(3)));
    assertThat(THREES).hasSameHashCodeAs(Position.of("epoch", all(3)));
    assertThat(THREES).isNotEqualTo(Position.of("another epoch", all(3)));
    assertThat(THREES).isNotEqualTo(Position.of("epoch", other));
    assertThat(THREES).hasToString("epoch[3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3]");
  }

  private static List<Long> all(long seq) {
    return new ArrayList<>(Collections.nCopies(Position.LANES, seq));
  }
}
