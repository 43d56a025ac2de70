package dev.doorward.openid;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.testing.Parsed;
import dev.doorward.testing.TestIssuer;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is said to be a provider or an ID token is refused by name. */
@Timeout(60)
class OpenIdFuzzTest {

  private final IdTokens tokens =
      new IdTokens(OpenIdProviders.read(TestIssuer.providersFile()), Clock.systemUTC());

  @ValueSource(
      strings = {
        "google https://accounts.google.com a,b https://www.example.com/certs",
        "a i x http://[::1]/k",
        "a i , https://x/",
        "A",
        "# nothing",
        "a i x /\0"
      })
  @FuzzTest
  void aLineOfTheProvidersFileIsRefusedOrAProvider(@NotNull String line) {
    Parsed.of(() -> OpenIdProvider.parse(line)).ifPresent(provider -> {
      assertThat(provider.name()).matches("[a-z][a-z0-9_-]{0,31}");
      assertThat(provider.audiences()).isNotEmpty().doesNotContain("");
      assertThat(provider.keys().getScheme()).isIn("file", "https", "http");
    });
    Parsed.of(() -> OpenIdProviders.parse(List.of(line, "", line)));
  }

  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a.b.c",
        "eyJhbGciOiJub25lIn0.e30.",
        "eyJhbGciOiJIUzI1NiJ9.e30.AA",
        "....."
      })
  @FuzzTest
  void whatNobodyHasSignedIsNotBelieved(@NotNull String token) {
    try {
      Identity identity = tokens.verify(TestIssuer.NAME, token, "");
      throw new AssertionError(identity + " was believed");
    } catch (Refusal e) {
      assertThat(e.reason()).isIn(Reason.ID_TOKEN_INVALID, Reason.PROVIDER_UNAVAILABLE);
    }
  }
}
