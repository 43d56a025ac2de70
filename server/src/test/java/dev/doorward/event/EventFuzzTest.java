package dev.doorward.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.doorward.testing.Parsed;
import dev.doorward.v1.WatchEventsRequest;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is given as a cursor is refused by name, or one of those that are given out. */
@Timeout(60)
class EventFuzzTest {

  private static final EventCursor CURSOR = new EventCursor("8zK3", 4711);

  @MethodSource("texts")
  @FuzzTest
  void aTextIsRefusedOrACursor(@NotNull String text) {
    Parsed.of(() -> EventCursor.parse(text)).ifPresent(EventFuzzTest::assertWhole);
    Parsed.fields(fields -> EventGrpcService.start(
        fields, WatchEventsRequest.newBuilder().setCursor(text).build()));
  }

  @MethodSource("bytes")
  @FuzzTest
  void bytesAreRefusedOrACursor(byte @NotNull [] bytes) {
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);

    Parsed.of(() -> EventCursor.parse(text)).ifPresent(EventFuzzTest::assertWhole);
  }

  private static void assertWhole(EventCursor cursor) {
    assertThat(cursor.seq()).isNotNegative();
    assertThat(EventCursor.parse(cursor.text())).isEqualTo(cursor);
  }

  static Stream<String> texts() {
    return Stream.of(CURSOR.text(), CURSOR.text() + "=", CURSOR.text().substring(2), "AA", "", "!");
  }

  static Stream<byte[]> bytes() {
    return Stream.of(
        Base64.getUrlDecoder().decode(CURSOR.text()),
        Base64.getUrlDecoder().decode(new EventCursor("", Long.MAX_VALUE).text()),
        new byte[] {1, 0, 2, (byte) 0xc0, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 1},
        new byte[] {1, (byte) 0xff, (byte) 0xff});
  }
}
