package dev.doorward.nearcache;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is asked about, and wherever the feed is said to be. */
@Timeout(60)
class NearCacheFuzzTest {

  @ValueSource(strings = {"", "dws_0", "\u00e4", "a\u0000b", "\u007f\u0080", "\ud83d\ude00"})
  @FuzzTest
  void aTokenIsKnownByItsHash(@NotNull String token) throws NoSuchAlgorithmException {
    ByteBuffer hash = ByteBuffer.wrap(
        MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));

    assertThat(TokenKey.of(token))
        .isEqualTo(new TokenKey(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong()))
        .isEqualTo(TokenKey.of(token));
  }

  @MethodSource("positions")
  @FuzzTest
  void aPositionHasAllLanesOrIsRefused(long @NotNull [] seqs, @NotNull String epoch) {
    List<Long> numbers = LongStream.of(seqs).boxed().toList();
    if (seqs.length != Position.LANES) {
      try {
        Position.of(epoch, numbers);
        throw new AssertionError(seqs.length + " numbers were taken");
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining("expected: 16");
      }
      return;
    }
    Position position = Position.of(epoch, numbers);
    assertThat(position.seqs()).containsExactlyElementsOf(numbers);
    assertThat(position.covers(position)).isTrue();
    NearCache<String> cache = new NearCache<>(NearCacheSettings.DEFAULT);
    cache.reset(position);
    assertThat(cache.position()).isEqualTo(position);
    cache.apply(3, position.seq(3) + 1, Revoked.all("u1"));
    assertThat(cache.position().covers(position)).isTrue();
  }

  static Stream<Arguments> positions() {
    long[] some = new long[Position.LANES];
    Arrays.setAll(some, lane -> lane * 1000L);
    long[] last = new long[Position.LANES];
    Arrays.fill(last, Long.MAX_VALUE);
    return Stream.of(
        Arguments.of(some, "8zK3"), Arguments.of(last, ""), Arguments.of(new long[] {1}, "x"));
  }
}
