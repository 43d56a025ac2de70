package dev.doorward.nearcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenKeyTest {

  /** From the standard: the hash of "abc". */
  private static final long A = 0xba7816bf8f01cfeaL;

  private static final long B = 0x414140de5dae2223L;
  private static final long C = 0xb00361a396177a9cL;
  private static final long D = 0xb410ff61f20015adL;
  private static final TokenKey ABC = new TokenKey(A, B, C, D);

  @Test
  void aKeyIsTheSha256OfTheToken() {
    assertThat(TokenKey.of("abc")).isEqualTo(ABC);
  }

  @Test
  void aKeyIsTheSha256OfAnyText() throws NoSuchAlgorithmException {
    for (String token : oddTokens()) {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      ByteBuffer words = ByteBuffer.wrap(hash);

      assertThat(TokenKey.of(token))
          .as("%s characters", token.length())
          .isEqualTo(
              new TokenKey(words.getLong(), words.getLong(), words.getLong(), words.getLong()));
    }
  }

  @Test
  void differentTokensHaveDifferentKeysWhateverWasHashedBefore() {
    List<String> tokens = oddTokens();
    Set<TokenKey> keys = new HashSet<>();
    for (int i = 0; i < tokens.size(); i++) {
      TokenKey key = TokenKey.of(tokens.get(i));
      keys.add(key);
      TokenKey.of(tokens.get((i * 7 + 3) % tokens.size()));

      assertThat(TokenKey.of(tokens.get(i))).isEqualTo(key);
    }

    assertThat(keys).hasSameSizeAs(tokens);
  }

  @Test
  void keysAreEqualOnlyInAllOfTheirBits() {
    assertThat(ABC).hasSameHashCodeAs(TokenKey.of("abc"));
    assertThat(new TokenKey(A + 1, B, C, D)).isNotEqualTo(ABC);
    assertThat(new TokenKey(A, B + 1, C, D)).isNotEqualTo(ABC);
    assertThat(new TokenKey(A, B, C + 1, D)).isNotEqualTo(ABC);
    assertThat(new TokenKey(A, B, C, D + 1)).isNotEqualTo(ABC);
  }

  @Test
  void aKeyInALogSaysNothing() {
    assertThat(ABC).hasToString("TokenKey[...]");
  }

  /** Around every length at which something changes, in ASCII and beyond it. */
  private static List<String> oddTokens() {
    List<String> tokens = new ArrayList<>(List.of(
        "",
        " ",
        "?",
        "\0",
        "\0\0",
        "a",
        "a ",
        " a",
        "A",
        "\u007f",
        "\u0080",
        "é",
        "e\u0301",
        "ı",
        "i",
        "İ",
        "\uD83D\uDE00",
        "a\uD83D\uDE00",
        "\u00e9".repeat(127)));
    for (int length : List.of(2, 55, 56, 63, 64, 65, 119, 120, 254, 255, 256, 257, 4096)) {
      tokens.add("a".repeat(length));
      tokens.add("a".repeat(length - 1) + "b");
      tokens.add("a".repeat(length - 1) + "é");
      tokens.add("é" + "a".repeat(length - 1));
    }
    return tokens;
  }
}
