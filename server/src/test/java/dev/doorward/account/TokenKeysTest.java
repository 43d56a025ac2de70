package dev.doorward.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorward.config.InvalidSettings;
import dev.doorward.database.Change;
import dev.doorward.testing.CommandRun;
import dev.doorward.testing.TokenKeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of keys, and what it may look like. */
class TokenKeysTest {

  private static final String SECRET = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=";
  private static final String OTHER = "b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVyb3Q=";

  @Test
  void theFirstKeyIsTheOneForNewTokensAndBlankLinesAndCommentsDoNotCount() {
    TokenKeys keys = read("# the second of May", "", "  new=" + SECRET + "  ", "old=" + OTHER);

    assertThat(keys.current()).contains("new");
    assertThat(keys.find("old")).isPresent();
    assertThat(keys.find("older")).isEmpty();
    assertThat(keys).hasToString("(token keys)");
  }

  @Test
  void aGeneratedLineIsAKeyOfItsOwn() {
    String line = CommandRun.of("account", "generate-token-key").out().strip();

    assertThat(read(line).current()).contains(TokenKeyFile.id(line));
    assertThat(TokenKeys.generateLine()).isNotEqualTo(line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        SECRET,
        "=" + SECRET,
        "a.b=" + SECRET,
        "é=" + SECRET,
        "a =" + SECRET,
        "a=" + SECRET + SECRET,
        "a=c2VjcmV0",
        "a=c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2Vj",
        "a=_-VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=",
        "x23456789012345678901234567890123=" + SECRET,
        "new=" + OTHER
      })
  void anythingElseStopsTheStartAndIsNotShown(String line) {
    assertThatThrownBy(() -> read("new=" + SECRET, line))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("account.token-keys-file")
        .hasMessageContaining("line 2")
        .hasMessageNotContainingAny("c2VjcmV0", "b3RoZXI");
  }

  @Test
  void aFileThatIsNotWhatItMustBeStopsTheStart() throws IOException {
    Path shared = TokenKeyFile.of("new=" + SECRET);
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(() -> TokenKeys.from(Optional.of(shared)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("only its owner can read")
        .hasMessageNotContaining(SECRET);
    assertThatThrownBy(() -> read("# nothing yet")).hasMessageContaining("has no key");
    assertThatThrownBy(() -> TokenKeys.from(Optional.of(Path.of("target"))))
        .isInstanceOf(InvalidSettings.class);
  }

  @Test
  void nothingThatHoldsATokenShowsIt() {
    TokenSeal seal = new TokenSeal(read("new=" + SECRET), TokensAtRest.PLAIN);
    Change<String> token = Change.to("marked");
    AccountChanges changes = new AccountChanges(
        token,
        token,
        token,
        Change.none(),
        Change.none(),
        Change.none(),
        Change.none(),
        Change.none());

    assertThat(seal.toString()).doesNotContain(SECRET);
    assertThat(seal.seal(new NewAccount("id", "oauth", "github", "1", changes)).toString())
        .doesNotContain("marked");
    assertThat(new StoredTokens("id", "marked", "marked", "marked").toString())
        .doesNotContain("marked");
  }

  private static TokenKeys read(String... lines) {
    return TokenKeys.from(Optional.of(TokenKeyFile.of(lines)));
  }
}
