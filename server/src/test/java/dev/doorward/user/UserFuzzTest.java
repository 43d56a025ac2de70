package dev.doorward.user;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.FieldMask;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.doorward.testing.Parsed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is said of a user is refused by name, or means the same each time it is read. */
@Timeout(60)
class UserFuzzTest {

  @ValueSource(
      strings = {
        "ada@example.com",
        " ADA@EXAMPLE.COM\t",
        "ＡＤＡ＠ｅｘａｍｐｌｅ．ｃｏｍ",
        "jose\u0301.a+b@xn--bcher-kva.example",
        "用户@例子.公司",
        "İstanbul\u212a@example.com",
        "a@b@c",
        "\"ada\"@example.com",
        "ada@-example..com\r\nbcc:",
        "\u202e\u200b@\ufeff",
        "\u0130\u03a3\u0345\ufdfa\u1e9e"
      })
  @FuzzTest
  void anAddressIsRefusedOrInTheFormThatIsLookedUp(@NotNull String text) {
    String normal = Email.normalize(text);
    assertThat(Email.normalize(normal)).isEqualTo(normal);
    Optional<Email> email = Parsed.of(() -> Email.parse(text));
    if (email.isEmpty()) {
      return;
    }
    String value = email.get().value();
    assertThat(Email.parse(value)).isEqualTo(email.get());
    assertThat(value).isEqualTo(normal).containsOnlyOnce("@");
    assertThat(value.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(254);
    assertThat(value.codePoints())
        .noneMatch(c -> Character.isISOControl(c)
            || Character.isSpaceChar(c)
            || Character.isWhitespace(c)
            || Character.getType(c) == Character.FORMAT
            || "\"(),:;<>[\\]".indexOf(c) >= 0);
  }

  @MethodSource("users")
  @FuzzTest
  void aUserIsRefusedByNameOrWhatWillBeShown(
      @NotNull dev.doorward.v1.User message, @NotNull FieldMask mask) {
    Parsed.fields(fields -> UserFields.changes(fields, message, mask));
    Parsed.fields(fields -> UserFields.create(fields, message))
        .map(NewUser::metadata)
        .ifPresent(json -> {
          assertThat(json.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(16 << 10);
          assertThat(UserMessages.toJson(UserMessages.fromJson(json))).isEqualTo(json);
        });
  }

  @ValueSource(strings = {"", "0", "k7x2m9q4z", "-1", "zzzzzzzzzzzzz", "9223372036854775808", "ａ"})
  @FuzzTest
  void anEtagStandsForOneStateOrForNone(@NotNull String text) {
    Instant state = Users.stateOf(text);

    assertThat(state.equals(Instant.EPOCH) || User.etagOf(state).equals(text)).isTrue();
  }

  @ValueSource(strings = {"", "a", "ADA@", "\u0130", "ｅ", "\ud83d\ude00"})
  @FuzzTest
  void aPrefixIsRefusedOrThatOfWhatIsLookedUp(@NotNull String text) {
    Parsed.fields(fields -> UserGrpcService.prefix(fields, text))
        .ifPresent(prefix -> assertThat(Email.normalize(prefix)).isEqualTo(prefix));
  }

  static Stream<Arguments> users() {
    dev.doorward.v1.User plain = dev.doorward.v1.User.newBuilder()
        .setId("u1")
        .setEmail("ada@example.com")
        .setEmailVerified(true)
        .setName("Ada")
        .setImage("https://example.com/a.png")
        .build();
    Value nothing = Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build();
    Struct metadata = Struct.newBuilder()
        .putFields("a", Value.newBuilder().setNumberValue(-1.5e300).build())
        .putFields("", Value.newBuilder().setStringValue("\u0000\"<\u2028").build())
        .putFields("b", Value.newBuilder().setBoolValue(true).build())
        .putFields("n", nothing)
        .putFields(
            "l",
            Value.newBuilder()
                .setListValue(ListValue.newBuilder().addValues(nothing))
                .build())
        .build();
    Value deep = nothing;
    for (int i = 0; i < 40; i++) {
      deep = Value.newBuilder()
          .setStructValue(Struct.newBuilder().putFields("x", deep))
          .build();
    }
    return Stream.of(
        Arguments.of(plain, FieldMask.getDefaultInstance()),
        Arguments.of(
            plain.toBuilder().setMetadata(metadata).build(),
            FieldMask.newBuilder().addPaths("metadata").addPaths("email").build()),
        Arguments.of(
            plain.toBuilder()
                .setMetadata(Struct.newBuilder().putFields("deep", deep))
                .build(),
            FieldMask.newBuilder().addPaths("id").build()),
        Arguments.of(
            plain.toBuilder()
                .setMetadata(Struct.newBuilder()
                    .putFields(
                        "nan", Value.newBuilder().setNumberValue(Double.NaN).build())
                    .putFields("none", Value.getDefaultInstance()))
                .build(),
            FieldMask.newBuilder().addPaths("").build()));
  }
}
