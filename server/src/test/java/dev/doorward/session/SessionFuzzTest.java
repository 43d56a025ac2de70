package dev.doorward.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import dev.doorward.testing.Parsed;
import dev.doorward.token.TokenForm;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.UpdateSessionRequest;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is said of a session is refused by name, or taken as it is. */
@Timeout(60)
class SessionFuzzTest {

  @ValueSource(
      strings = {
        "dws_0000000000000000000000000000000000000000000000000",
        "dws_",
        "0123456789abcdef",
        "another.library's token=",
        "kurz",
        "mit Leerzeichen darin",
        "\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc\u00e4"
      })
  @FuzzTest
  void aTokenIsRefusedOrKeptToTheLetter(@NotNull String text) {
    boolean canExist = SessionToken.of(text).canExist();

    assertThat(Parsed.of(() -> SessionToken.parse(text)).map(SessionToken::reveal))
        .isEqualTo(canExist ? Optional.of(text) : Optional.empty());
    assertThat(SessionToken.of(text).hash()).matches("[0-9a-f]{64}");
    if (canExist && text.startsWith(SessionToken.PREFIX)) {
      assertThat(TokenForm.isWhole(text)).isTrue();
      assertThat(TokenForm.isWhole(text.substring(1))).isFalse();
    }
  }

  @MethodSource("requests")
  @FuzzTest
  void aRequestForASessionIsRefusedByName(
      @NotNull CreateSessionRequest create, @NotNull UpdateSessionRequest update) {
    Parsed.fields(fields -> SessionGrpcService.wanted(fields, create)).ifPresent(wanted -> {
      assertThat(wanted.token().canExist()).isTrue();
      assertThat(wanted.id()).matches("[!-~]{1,64}");
    });
    Parsed.fields(fields -> SessionGrpcService.changes(fields, update));
  }

  static Stream<Arguments> requests() {
    Timestamp later = Timestamp.newBuilder().setSeconds(4_000_000_000L).build();
    return Stream.of(
        Arguments.of(
            CreateSessionRequest.newBuilder()
                .setUserId("u1")
                .setSessionId("s1")
                .setSessionToken("0123456789abcdef")
                .setExpires(later)
                .setRemember(true)
                .build(),
            UpdateSessionRequest.newBuilder()
                .setSessionId("s1")
                .setSession(dev.doorward.v1.Session.newBuilder()
                    .setIpAddress("2001:db8::1")
                    .setUserAgent("curl")
                    .setExpires(later)
                    .setRemember(false))
                .setUpdateMask(FieldMask.newBuilder().addPaths("ip_address").addPaths("expires"))
                .build()),
        Arguments.of(
            CreateSessionRequest.newBuilder().setSessionId(" ").build(),
            UpdateSessionRequest.newBuilder().setSessionToken(" ").build()));
  }
}
