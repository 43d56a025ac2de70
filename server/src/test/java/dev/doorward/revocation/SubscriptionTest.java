package dev.doorward.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.nearcache.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Readers who do not take what there is, at times that the test makes up. */
class SubscriptionTest {

  private static final Duration SHORT = Duration.ofSeconds(59);
  private static final Duration LONG = Duration.ofSeconds(60);

  private final FeedLog log =
      new FeedLog(Position.of("8zK3", Collections.nCopies(Position.LANES, 0L)));
  private final SlowReader reader = new SlowReader();
  private final Subscription subscription = new Subscription(reader, Optional.empty(), log, 0);

  @Test
  void aReaderThatTakesNothingForAMinuteIsLetGo() {
    assertThat(advance(SHORT)).isTrue();
    assertThat(advance(LONG)).isFalse();

    assertThat(reader.refusals).extracting(Refusal::reason).containsExactly(Reason.READER_TOO_SLOW);
  }

  @Test
  void aReaderThatTakesSomethingNowAndThenStays() {
    for (int i = 1; i < 5; i++) {
      reader.ready = 1;
      assertThat(advance(SHORT.multipliedBy(i))).isTrue();
    }

    assertThat(reader.refusals).isEmpty();
  }

  private boolean advance(Duration now) {
    return subscription.advance(log, Optional.empty(), now.toNanos());
  }

  /** Ready as often as it is told to be. */
  private static final class SlowReader implements FeedReader {

    private final List<Refusal> refusals = new ArrayList<>();
    private int ready;

    @Override
    public boolean isReady() {
      return ready-- > 0;
    }

    @Override
    public boolean isGone() {
      return false;
    }

    @Override
    public void hello(Position position) {}

    @Override
    public void batch(FeedLog.Slice slice) {}

    @Override
    public void heartbeat() {}

    @Override
    public void reset(Reset reason, Position position) {}

    @Override
    public void refuse(Refusal refusal) {
      refusals.add(refusal);
    }
  }
}
