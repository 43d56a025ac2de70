package dev.doorward.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.doorward.database.Page;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.v1.ListUsersRequest;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is given as a page token is refused as such, or a position where a row could be. */
@Timeout(60)
class PageTokensFuzzTest {

  private static final ListUsersRequest FILTERS =
      ListUsersRequest.newBuilder().setEmailPrefix("a").build();
  private static final String TOKEN = token(Instant.parse("2026-11-26T12:00:00.123456Z"), "u1");
  private static final int BINDING_LENGTH = 8;

  /** As many characters of base64 as say nothing but the binding. */
  private static final String BINDING = TOKEN.substring(0, BINDING_LENGTH * 8 / 6);

  @ValueSource(strings = {"", "AA", "AAAAAAAAAAAAAAAAAAAAAAAA", "=", "\u00e4"})
  @FuzzTest
  void aTextIsRefusedUnlessItBeginsAsTheTokensOfTheseFilters(@NotNull String text) {
    if (!text.startsWith(BINDING)) {
      assertThat(read(text)).isEmpty();
    }
  }

  @MethodSource("positions")
  @FuzzTest
  void aPositionIsRefusedOrWhereARowCouldBe(byte @NotNull [] position) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(Arrays.copyOf(Base64.getUrlDecoder().decode(TOKEN), BINDING_LENGTH));
    bytes.writeBytes(position);

    read(Base64.getUrlEncoder().encodeToString(bytes.toByteArray())).ifPresent(found -> {
      if (found.time() != null) {
        assertThat(Times.canBeStored(found.time())).isTrue();
        assertThat(found.key()).matches("[!-~]{1,64}");
      }
      assertThat(read(token(found.time(), found.key()))).contains(found);
    });
  }

  private static Optional<Page.Position> read(String token) {
    try {
      return PageTokens.read(token, FILTERS);
    } catch (Refusal e) {
      assertThat(e.reason()).isEqualTo(Reason.PAGE_TOKEN_INVALID);
      return Optional.empty();
    }
  }

  private static String token(Instant time, String key) {
    return PageTokens.write(
        new Page<>(List.of(), Optional.of(new Page.Position(time, key))), FILTERS);
  }

  static Stream<byte[]> positions() {
    return Stream.of(
            TOKEN,
            token(null, "ada@example.com"),
            token(null, ""),
            token(Instant.parse("1000-01-01T00:00:00Z"), "~"))
        .map(token -> Base64.getUrlDecoder().decode(token))
        .map(bytes -> Arrays.copyOfRange(bytes, BINDING_LENGTH, bytes.length));
  }
}
