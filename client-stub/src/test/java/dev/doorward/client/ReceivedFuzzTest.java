package dev.doorward.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.Duration;
import dev.doorward.nearcache.NearCache;
import dev.doorward.nearcache.NearCacheSettings;
import dev.doorward.nearcache.Position;
import dev.doorward.nearcache.TokenKey;
import dev.doorward.v1.FeedHello;
import dev.doorward.v1.FeedPosition;
import dev.doorward.v1.LanePosition;
import dev.doorward.v1.Revocation;
import dev.doorward.v1.RevocationKind;
import java.util.Collections;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server says can be applied to memory, or is known to be what no server says. */
@Timeout(60)
class ReceivedFuzzTest {

  private static final Position START =
      Position.of("8zK3", Collections.nCopies(Position.LANES, 1L));
  private static final TokenKey TOKEN = TokenKey.of("0123456789abcdef");

  @MethodSource("helloes")
  @FuzzTest
  void aHelloIsApplied(@NotNull FeedHello hello, @NotNull Revocation revocation) {
    NearCache<String> cache = new NearCache<>(NearCacheSettings.DEFAULT);
    taken(() -> Received.position(hello.getPosition())).ifPresent(cache::reset);
    taken(() -> Received.lease(hello)).ifPresent(cache::limitLease);
    assertThat(cache.lease()).isBetween(Received.SHORTEST_LEASE, NearCacheSettings.DEFAULT.lease());
    taken(() -> Received.heartbeatInterval(hello))
        .ifPresent(interval -> assertThat(interval.toNanos()).isPositive());
    taken(() -> Received.lane(revocation))
        .ifPresent(lane -> cache.apply(lane, revocation.getSeq(), Received.revoked(revocation)));
  }

  @MethodSource("answers")
  @FuzzTest
  void anAnswerIsKeptForAsLongAsItSaysOrNotAtAll(
      @NotNull LanePosition asOf, @NotNull Duration rest) {
    NearCache<String> cache = new NearCache<>(NearCacheSettings.DEFAULT);
    cache.reset(START);
    NearCache<String>.Fill fill = cache.fill(TOKEN);
    cache.probe().answered(START);
    Optional<Boolean> kept = taken(() ->
        fill.good("answer", "u1", "s1", Received.lane(asOf), asOf.getSeq(), Received.rest(rest)));

    boolean said = asOf.getLane() >= 0 && asOf.getLane() < Position.LANES && asOf.getSeq() >= 1;
    assertThat(kept.orElse(false))
        .isEqualTo(said && taken(() -> Received.rest(rest)).isPresent());
    if (rest.getSeconds() == 0 && rest.getNanos() == 0 || kept.isEmpty()) {
      assertThat(cache.get(TOKEN)).isEmpty();
    }
  }

  /** Without a length, a lease would be over before it has begun, and the next question due at once. */
  @Test
  void aServerThatNamesNoLeaseIsNotFollowed() {
    assertThat(taken(() -> Received.lease(FeedHello.getDefaultInstance()))).isEmpty();
    assertThat(taken(() -> Received.heartbeatInterval(FeedHello.getDefaultInstance())))
        .isEmpty();
  }

  private static <T> Optional<T> taken(Supplier<T> reader) {
    try {
      return Optional.of(reader.get());
    } catch (IllegalArgumentException e) {
      assertThat(e)
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected");
      return Optional.empty();
    }
  }

  static Stream<Arguments> helloes() {
    FeedHello hello = FeedHello.newBuilder()
        .setPosition(FeedPosition.newBuilder()
            .setEpoch("8zK3")
            .addAllSeqs(Collections.nCopies(Position.LANES, 7L)))
        .setLease(Duration.newBuilder().setSeconds(3))
        .setHeartbeatInterval(Duration.newBuilder().setSeconds(2))
        .build();
    Revocation revocation = Revocation.newBuilder()
        .setLane(3)
        .setSeq(8)
        .setKind(RevocationKind.REVOCATION_KIND_USER_SESSIONS_REVOKED)
        .setUserId("u1")
        .setSessionId("s1")
        .build();
    return Stream.of(
        Arguments.of(hello, revocation),
        Arguments.of(hello, revocation.toBuilder().setLane(16).setKindValue(99).build()),
        Arguments.of(
            hello.toBuilder()
                .setLease(Duration.newBuilder().setSeconds(Long.MAX_VALUE).setNanos(-1))
                .setHeartbeatInterval(Duration.newBuilder().setNanos(Integer.MAX_VALUE))
                .build(),
            revocation.toBuilder().setLane(-1).setSeq(Long.MIN_VALUE).build()));
  }

  static Stream<Arguments> answers() {
    LanePosition asOf = LanePosition.newBuilder().setLane(3).setSeq(1).build();
    return Stream.of(
        Arguments.of(asOf, Duration.newBuilder().setSeconds(60).build()),
        Arguments.of(asOf, Duration.newBuilder().setNanos(0).setSeconds(0).build()),
        Arguments.of(
            asOf.toBuilder().setSeq(0).build(),
            Duration.newBuilder().setNanos(1).build()),
        Arguments.of(
            asOf.toBuilder().setLane(-3).build(),
            Duration.newBuilder()
                .setSeconds(Long.MIN_VALUE)
                .setNanos(Integer.MIN_VALUE)
                .build()));
  }
}
