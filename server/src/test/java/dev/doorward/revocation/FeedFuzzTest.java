package dev.doorward.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.doorward.error.Refusal;
import dev.doorward.nearcache.Position;
import dev.doorward.testing.Parsed;
import dev.doorward.v1.FeedPosition;
import dev.doorward.v1.WatchRevocationsRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Wherever somebody wants to go on in the feed, they are refused by name, or brought to its head. */
@Timeout(60)
class FeedFuzzTest {

  private static final String EPOCH = "8zK3";
  private static final int REVOCATIONS_PER_LANE = 20;

  @MethodSource("requests")
  @FuzzTest
  void whoeverFollowsFromAnywhereComesToTheHead(@NotNull WatchRevocationsRequest request) {
    Parsed.fields(fields -> FeedMessages.position(fields, request)).ifPresent(position -> {
      FeedLog log = log();
      FollowingReader reader = new FollowingReader();
      Subscription subscription = new Subscription(reader, position, log, 0);
      assertThat(subscription.advance(log, Optional.empty(), 1)).isTrue();

      assertThat(reader.position).isEqualTo(log.head());
      assertThat(reader.resets).isLessThanOrEqualTo(1);
    });
  }

  /** Begins after 100 of each lane. */
  private static FeedLog log() {
    FeedLog log = new FeedLog(Position.of(EPOCH, Collections.nCopies(Position.LANES, 100L)));
    for (int lane = 0; lane < Position.LANES; lane++) {
      for (int i = 1; i <= REVOCATIONS_PER_LANE; i++) {
        log.append(new Numbered(lane, 100 + i, Revocation.Kind.USER_DISABLED, null, "u" + lane));
      }
    }
    return log;
  }

  /** Takes all there is, until there has been nothing new. */
  private static final class FollowingReader implements FeedReader {

    private static final int ENOUGH = 1000;

    private Position position;
    private int resets;
    private int asked;

    @Override
    public boolean isReady() {
      assertThat(asked++).as("times that the reader was asked").isLessThan(ENOUGH);
      return true;
    }

    @Override
    public boolean isGone() {
      return false;
    }

    @Override
    public void hello(Position at) {
      position = at;
    }

    @Override
    public void batch(FeedLog.Slice slice) {
      assertThat(slice.revocations()).isNotEmpty();
      position = slice.after();
    }

    @Override
    public void heartbeat() {}

    @Override
    public void reset(Reset reason, Position at) {
      resets++;
      position = at;
    }

    @Override
    public void refuse(Refusal refusal) {
      throw refusal;
    }
  }

  static Stream<WatchRevocationsRequest> requests() {
    return Stream.of(
            List.<Long>of(),
            Collections.nCopies(Position.LANES, 100L),
            Collections.nCopies(Position.LANES, 110L),
            Collections.nCopies(Position.LANES, 120L),
            Collections.nCopies(Position.LANES, 121L),
            Collections.nCopies(Position.LANES, 0L),
            Collections.nCopies(Position.LANES, Long.MIN_VALUE),
            Collections.nCopies(Position.LANES, Long.MAX_VALUE),
            Collections.nCopies(Position.LANES + 1, 110L))
        .map(seqs -> WatchRevocationsRequest.newBuilder()
            .setPosition(FeedPosition.newBuilder().setEpoch(EPOCH).addAllSeqs(seqs))
            .build());
  }
}
