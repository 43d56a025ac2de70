package dev.doorward.nearcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.nearcache.Protocol.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Everything that can happen, tried. */
class ModelTest {

  /** In ticks: a question, its answer and what is done with it all fall into different ones, and still within a lease. */
  private static final int LEASE = 3;

  /** One before the session's own and one after it. A third would be one more of the same. */
  private static final int OTHERS = 2;

  /** Caches share nothing but the log, so that each does what it would do alone. Two of them show that in fewer ticks. */
  private static final int LEASE_OF_TWO = 1;

  /** The least with which each fault shows: the feed must have a number to go on with after a hole. */
  private static final int LEASE_OF_FAULTY = 2;

  private static final int OTHERS_OF_FAULTY = 1;

  @Test
  void noSessionIsAcceptedALeaseAfterItsRevocationWasAcknowledged() {
    Search.Found found = Search.forAcceptanceAfter(LEASE, sound());

    print("The rules, one cache", found);
    assertThat(found.trace()).as(found.story()).isEmpty();
  }

  @Test
  void norByEitherOfTwoCaches() {
    Protocol two = new Protocol(Fault.NONE, 2, LEASE_OF_TWO, 0, true);

    Search.Found found = Search.forAcceptanceAfter(LEASE_OF_TWO, two);

    print("The rules, two caches", found);
    assertThat(found.trace()).as(found.story()).isEmpty();
  }

  @Test
  void untilThenItMayBeAccepted() {
    Search.Found found = Search.forAcceptanceAfter(LEASE - 1, sound());

    print("A tick less than the lease", found);
    assertThat(found.trace()).isPresent();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void eachRuleIsNeeded(Fault fault) {
    Protocol faulty = new Protocol(fault, 1, LEASE_OF_FAULTY, OTHERS_OF_FAULTY, true);

    Search.Found found = Search.forAcceptanceAfter(LEASE_OF_FAULTY, faulty);

    print(fault.name(), found);
    assertThat(found.trace()).isPresent();
  }

  private static Protocol sound() {
    return new Protocol(Fault.NONE, 1, LEASE, OTHERS, true);
  }

  private static void print(String title, Search.Found found) {
    System.out.println(title + ": " + found.states() + " states"
        + (found.trace().isEmpty() ? ", all there are" : "; then") + "\n" + found.story());
  }
}
