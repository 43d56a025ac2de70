package dev.doorward.nearcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.nearcache.Protocol.Cache;
import dev.doorward.nearcache.Protocol.Fault;
import dev.doorward.nearcache.Protocol.Step;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** That the model is one of this very cache, and that the bound hangs on its rules. */
class ReplayTest {

  private static final int LEASE = 2;
  private static final int OTHERS = 1;

  @Test
  void inEveryStateTheCacheDoesWhatTheModelDoes() {
    AtomicInteger histories = new AtomicInteger();

    Search.forEachHistory(protocol(Fault.NONE), (history, state) -> {
      Replay replay = Replay.of(history, LEASE, Rules.SOUND);
      Cache expected = state.caches().get(0);
      assertThat(replay.position()).as("V after %s", history).isEqualTo(expected.position());
      assertThat(replay.leaseLeftTicks()).as("F after %s", history).isEqualTo(expected.leaseLeft());
      assertThat(replay.accepts())
          .as("a hit after %s", history)
          .isEqualTo(expected.holds() && expected.leaseLeft() > 0);
      histories.incrementAndGet();
    });

    System.out.println("The cache did as the model after " + histories + " histories.");
  }

  @Test
  void aHeartbeatMustNotExtendTheLease() {
    assertBreaksTheBound(Fault.LEASE_BY_HEARTBEAT, new Rules() {
      @Override
      boolean isHeartbeatProof() {
        return true;
      }
    });
  }

  @Test
  void aLeaseMustNotCountFromTheReply() {
    assertBreaksTheBound(Fault.LEASE_FROM_REPLY, new Rules() {
      @Override
      long leaseStart(long askedNanos, long answeredNanos) {
        return answeredNanos;
      }
    });
  }

  @Test
  void aLeaseMustWaitForTheFeed() {
    assertBreaksTheBound(Fault.LEASE_BEFORE_CAUGHT_UP, new Rules() {
      @Override
      boolean isCaughtUp(long[] position, Position head) {
        return true;
      }
    });
  }

  @Test
  void aFillMustNotBeKeptOnceARevocationHasOvertakenIt() {
    assertBreaksTheBound(Fault.UNFENCED_FILL, new Rules() {
      @Override
      boolean isOvertaken(long seqApplied, long seqOfSnapshot) {
        return false;
      }
    });
  }

  @Test
  void aNumberMustNotBeMissing() {
    assertBreaksTheBound(Fault.HOLE_IN_FEED, new Rules() {
      @Override
      boolean isNext(long seqApplied, long seq) {
        return true;
      }
    });
  }

  @Test
  void noRuleHelpsAgainstANumberFromALaterSnapshot() {
    assertThat(acceptsAfter(trace(Fault.NUMBER_FROM_LATER_SNAPSHOT), Rules.SOUND))
        .isTrue();
  }

  @Test
  void noRuleHelpsAgainstAHeadFromBeforeTheQuestion() {
    assertThat(acceptsAfter(trace(Fault.HEAD_FROM_BEFORE), Rules.SOUND)).isTrue();
  }

  private static void assertBreaksTheBound(Fault fault, Rules weakened) {
    List<Step> trace = trace(fault);

    assertThat(acceptsAfter(trace, weakened))
        .as("%s, by the weakened rule", trace)
        .isTrue();
    assertThat(acceptsAfter(trace, Rules.SOUND)).as("%s, by the rules", trace).isFalse();
  }

  /** A history at whose end the session was revoked a lease ago. */
  private static List<Step> trace(Fault fault) {
    return Search.forAcceptanceAfter(LEASE, protocol(fault)).trace().orElseThrow();
  }

  private static boolean acceptsAfter(List<Step> trace, Rules rules) {
    return Replay.of(trace, LEASE, rules).accepts();
  }

  private static Protocol protocol(Fault fault) {
    return new Protocol(fault, 1, LEASE, OTHERS, false);
  }
}
