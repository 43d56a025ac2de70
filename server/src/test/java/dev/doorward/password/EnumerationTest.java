package dev.doorward.password;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Nobody learns from an answer whether an address has a user; from its time neither, but that takes {@code bench/enumeration}. */
class EnumerationTest {

  private static final int PAIRS = 20;

  @Test
  void whoeverGuessesGetsOneAnswerForEveryKindOfAddress() {
    EnumerationProgram.compareAll(PAIRS, 1024)
        .forEach((name, comparison) -> assertThat(comparison.answers()).as(name).hasSize(1));
  }
}
