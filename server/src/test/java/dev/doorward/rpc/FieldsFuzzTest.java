package dev.doorward.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.Timestamp;
import dev.doorward.testing.Parsed;
import dev.doorward.v1.CreateUserRequest;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands in a field is refused by the field's name, or is what the field's comment promises. */
@Timeout(60)
class FieldsFuzzTest {

  @ValueSource(
      strings = {
        "",
        "plain",
        "c2ba3a5e-9a0f-4b0f-8a68-8e3c0c9d1d4f",
        "C2BA3A5E-9A0F-4B0F-8A68-8E3C0C9D1D4F",
        "\u0000\u0085\u2028\ud83d\ude00",
        "Mozilla/5.0 (X11; Linux x86_64)\r\nX: y"
      })
  @FuzzTest
  void aTextIsRefusedByNameOrAsPromised(@NotNull String text) {
    Parsed.fields(fields -> fields.required("a", text))
        .ifPresent(value -> assertThat(value).isEqualTo(text).isNotEmpty());
    Parsed.fields(fields -> fields.text("a", text, 32)).ifPresent(value -> {
      assertThat(value).isEqualTo(text);
      assertThat(value.codePoints()).hasSizeBetween(1, 32).noneMatch(Character::isISOControl);
    });
    Parsed.fields(fields -> fields.idOrNew("a", text))
        .ifPresent(id -> assertThat(id).matches("[!-~]{1,64}"));
    Optional.ofNullable(new Fields().userAgent(text)).ifPresent(agent -> {
      assertThat(agent.codePoints()).hasSizeBetween(1, 1024).noneMatch(Character::isISOControl);
      assertThat(new Fields().userAgent(agent)).isEqualTo(agent);
    });
    CreateUserRequest request =
        CreateUserRequest.newBuilder().setRequestId(text).build();
    Parsed.fields(fields -> fields.requestId(request, text)).flatMap(id -> id).ifPresent(id -> {
      assertThat(id.id()).hasToString(text.toLowerCase(java.util.Locale.ROOT));
      assertThat(id.fingerprint())
          .isEqualTo(Fingerprint.of(CreateUserRequest.getDefaultInstance()));
    });
  }

  @MethodSource("numbers")
  @FuzzTest
  void aNumberOrAMomentIsRefusedByNameOrAsPromised(int size, @NotNull Timestamp moment) {
    Parsed.fields(fields -> fields.pageSize(size))
        .ifPresent(taken -> assertThat(taken).isBetween(1, 1000));
    Parsed.fields(fields -> fields.time("a", true, moment)).ifPresent(time -> {
      assertThat(Times.canBeStored(time)).isTrue();
      assertThat(time.getNano() % 1000).isZero();
      assertThat(Parsed.fields(fields -> fields.time("a", true, Times.toTimestamp(time))))
          .contains(time);
    });
  }

  static Stream<Arguments> numbers() {
    return Stream.of(
        Arguments.of(
            0, Timestamp.newBuilder().setSeconds(1_800_000_000).setNanos(1).build()),
        Arguments.of(1000, Timestamp.newBuilder().setSeconds(-30_610_224_000L).build()),
        Arguments.of(
            -1,
            Timestamp.newBuilder()
                .setSeconds(253_402_300_799L)
                .setNanos(999_999_999)
                .build()),
        Arguments.of(
            Integer.MIN_VALUE,
            Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).setNanos(-1).build()));
  }
}
