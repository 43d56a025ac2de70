package dev.doorward.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes in before there is a message is counted and passed on as it is, and gets no more time than there is. */
@Timeout(60)
class WireFuzzTest {

  private static final int LIMIT = 3;
  private static final int PREFACE_BYTES = 24;
  private static final Duration MOST = Duration.ofSeconds(30);
  private static final Metadata.Key<String> TIMEOUT =
      Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

  @MethodSource("conversations")
  @FuzzTest
  void bytesArePassedOnAsTheyAreHoweverTheyAreCut(byte @NotNull [] bytes, int cut) {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameLimit(LIMIT, false));
    ByteBuf passed = Unpooled.buffer();
    try {
      int step = Math.floorMod(cut, 64) + 1;
      for (int from = 0; from < bytes.length && channel.isOpen(); from += step) {
        channel.writeInbound(
            Unpooled.copiedBuffer(bytes, from, Math.min(step, bytes.length - from)));
        for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
          passed.writeBytes(part);
          part.release();
        }
      }
      if (framesWithNextToNothing(bytes) <= LIMIT) {
        assertThat(channel.isOpen()).isTrue();
      }
      int length = channel.isOpen() ? bytes.length : passed.readableBytes();
      assertThat(passed).isEqualTo(Unpooled.wrappedBuffer(bytes, 0, length));
    } finally {
      passed.release();
      channel.finishAndReleaseAll();
    }
  }

  @ValueSource(
      strings = {
        "1S",
        "99999999H",
        "0n",
        "30000m",
        "30001m",
        "",
        "S",
        "1",
        "+1S",
        "-1S",
        "999999999S",
        "1 S"
      })
  @FuzzTest
  void aTimeoutIsNoLongerThanACallMayTake(@NotNull String text) {
    if (!text.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
      return; // No header has it.
    }
    Metadata headers = new Metadata();
    headers.put(TIMEOUT, text);
    Timeouts.limit(headers, MOST);

    String limited = headers.get(TIMEOUT);
    assertThat(limited).matches("\\d{1,8}[HMSmun]");
    long number = Long.parseLong(limited.substring(0, limited.length() - 1));
    Duration timeout = switch (limited.charAt(limited.length() - 1)) {
      case 'H' -> Duration.ofHours(number);
      case 'M' -> Duration.ofMinutes(number);
      case 'S' -> Duration.ofSeconds(number);
      case 'm' -> Duration.ofMillis(number);
      case 'u' -> Duration.ofNanos(number * 1000);
      default -> Duration.ofNanos(number);
    };
    assertThat(timeout).isLessThanOrEqualTo(MOST);
  }

  /** Counted frame by frame, with all bytes at hand. */
  private static int framesWithNextToNothing(byte[] bytes) {
    int count = 0;
    int at = PREFACE_BYTES;
    while (at + 9 <= bytes.length) {
      int length = (bytes[at] & 0xff) << 16 | (bytes[at + 1] & 0xff) << 8 | bytes[at + 2] & 0xff;
      boolean endsStream = (bytes[at + 4] & 1) != 0;
      switch (bytes[at + 3]) {
        case 0 -> count += length < 8 && !endsStream ? 1 : 0;
        case 1 -> {}
        default -> count++;
      }
      at += 9 + length;
    }
    return count;
  }

  static Stream<Arguments> conversations() {
    byte[] preface = new byte[PREFACE_BYTES];
    byte[] frames = new byte[PREFACE_BYTES + 6 * 9];
    for (int i = 0; i < 6; i++) {
      frames[PREFACE_BYTES + 9 * i + 3] = (byte) i;
    }
    byte[] data = new byte[PREFACE_BYTES + 9 + 8];
    data[PREFACE_BYTES + 2] = 8;
    return Stream.of(
        Arguments.of(new byte[0], 0),
        Arguments.of(preface, 0),
        Arguments.of(frames, 0),
        Arguments.of(frames, 63),
        Arguments.of(data, 4));
  }
}
