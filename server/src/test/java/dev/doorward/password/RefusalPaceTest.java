package dev.doorward.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RefusalPaceTest {

  private static final long FROM = -5_000;
  private static final long QUANTUM = 100;

  private final RefusalPace pace = new RefusalPace();

  @AfterEach
  void close() {
    pace.close();
  }

  @Test
  void howLongItTookIsNotToBeSeenWithinAQuantum() {
    for (long took : new long[] {0, 1, 50, 99}) {
      assertThat(RefusalPace.due(FROM, QUANTUM, FROM + took)).isEqualTo(FROM + QUANTUM);
    }
    for (long took : new long[] {100, 101, 199}) {
      assertThat(RefusalPace.due(FROM, QUANTUM, FROM + took)).isEqualTo(FROM + 2 * QUANTUM);
    }
  }

  @Test
  void whatBeginsLaterIsDueLaterByAsMuch() {
    assertThat(RefusalPace.due(FROM + 7, QUANTUM, FROM)).isEqualTo(FROM + 7 + QUANTUM);
  }

  @Test
  void noSingleHashIsToBeSeenInTheQuantum() {
    took(1_000, 10);

    took(7_000, 1);
    took(1, 1);

    assertThat(pace.costNanos()).isNotEqualTo(1_000);
    assertThat(pace.quantumNanos()).isEqualTo(4_000);
  }

  @Test
  void hashesThatStayASlowerOrFasterOneChangeTheQuantumByAFactorOfTwo() {
    took(1_000, 10);

    took(2_500, 100);
    assertThat(pace.quantumNanos()).isEqualTo(8_000);

    took(1_500, 100);
    assertThat(pace.quantumNanos()).isEqualTo(8_000);

    took(900, 100);
    assertThat(pace.quantumNanos()).isEqualTo(4_000);
  }

  @Test
  void thereIsAMomentEvenWhenAHashCostsNothing() {
    took(0, 100);

    assertThat(pace.quantumNanos()).isPositive();
    assertThat(pace.afterHash(0, 0)).succeedsWithin(Duration.ofMinutes(1));
  }

  private void took(long nanos, int times) {
    for (int i = 0; i < times; i++) {
      pace.took(nanos);
    }
  }
}
