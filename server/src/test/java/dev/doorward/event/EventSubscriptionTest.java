package dev.doorward.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventSubscriptionTest {

  private static final long ARRIVED = Long.MAX_VALUE - 5; // A clock that is about to overflow.

  @Test
  void aReaderThatTakesNothingForAMinuteIsLetGo() {
    Busy reader = new Busy();
    EventSubscription subscription = new EventSubscription(reader, EventLog::head, ARRIVED);

    assertThat(subscription.advance(null, ARRIVED + Duration.ofMillis(59_999).toNanos()))
        .isTrue();
    assertThat(reader.refusals).isEmpty();
    assertThat(subscription.advance(null, ARRIVED + Duration.ofSeconds(60).toNanos()))
        .isFalse();
    assertThat(reader.refusals).extracting(Refusal::reason).containsExactly(Reason.READER_TOO_SLOW);
  }

  @Test
  void aReaderThatHasGoneIsForgotten() {
    Busy reader = new Busy();
    EventSubscription subscription = new EventSubscription(reader, EventLog::head, ARRIVED);
    reader.gone = true;

    assertThat(subscription.advance(null, ARRIVED)).isFalse();
    assertThat(reader.refusals).isEmpty();
  }

  /** Never ready. */
  private static final class Busy implements EventReader {

    private final List<Refusal> refusals = new ArrayList<>();
    private boolean gone;

    @Override
    public boolean isReady() {
      return false;
    }

    @Override
    public boolean isGone() {
      return gone;
    }

    @Override
    public void refuse(Refusal refusal) {
      refusals.add(refusal);
    }

    @Override
    public void slice(EventLog.Slice slice) {
      throw new AssertionError("sent to a reader that is not ready");
    }
  }
}
