package dev.doorward.verification;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.doorward.testing.Parsed;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is said to be a one-time token, and what for, is refused or taken as it is. */
@Timeout(60)
class VerificationFuzzTest {

  @CsvSource({
    "dwo_0000000000000000000000000000000000000000000000000,sign-in",
    "dwr_0000000000000000000000000000000000000000000000000,PASSWORD_RESET",
    "another.library's token=,magic_link",
    "kurz,Sign In",
    "dwo_,a"
  })
  @FuzzTest
  void aTokenAndItsPurposeAreRefusedOrKeptToTheLetter(@NotNull String text, @NotNull String name) {
    Parsed.of(() -> OneTimeToken.parse(text)).ifPresent(token -> {
      assertThat(token.reveal()).isEqualTo(text);
      assertThat(token.hash()).matches("[0-9a-f]{64}");
      assertThat(token.canBeOf(Purpose.PASSWORD_RESET))
          .isEqualTo(
              text.startsWith("dwr_") && OneTimeToken.of(text).canBeOf(Purpose.PASSWORD_RESET));
    });
    Parsed.of(() -> Purpose.parse(name)).ifPresent(purpose -> {
      assertThat(purpose.name()).isEqualTo(name).matches("[a-z][a-z0-9_-]{0,31}");
      assertThat(OneTimeToken.of(text).canBeOf(purpose))
          .isEqualTo(Parsed.of(() -> OneTimeToken.parse(text)).isPresent());
    });
  }
}
