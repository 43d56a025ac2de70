package dev.doorward.password.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against hashes that the original systems made, or that stand in their own tests. */
class ForeignHashTest {

  @ParameterizedTest(name = "{0}: {1}")
  @CsvFileSource(resources = "/foreign-hashes.tsv", delimiter = '\t', numLinesToSkip = 1)
  void whatAnotherSystemHashedIsKnownAgain(String system, String password, String text) {
    ForeignHash hash = ForeignHash.read(text);

    assertThat(hash.matches(bytes(hashed(system, password)))).isTrue();
    assertThat(hash.matches(bytes("a" + password))).isFalse();
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/foreign-hashes.tsv", delimiter = '\t', numLinesToSkip = 1)
  void aHashWithOneLetterChangedIsAnother(String system, String password, String text) {
    int changed = Math.max(text.lastIndexOf('$'), text.lastIndexOf(':')) + 10;
    char letter = text.charAt(changed) == 'b' ? 'c' : 'b';
    String other =
        new StringBuilder(text).replace(changed, changed + 1, "" + letter).toString();

    assertThat(other).isNotEqualTo(text);
    assertThat(read(other, hashed(system, password))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$argon2id$v=19$m=262145,t=1,p=1$c2FsdHNhbHRzYWx0$Y4wTaWqdBQu5T6iP705ddw",
        "$argon2id$v=19$m=262144,t=5,p=1$c2FsdHNhbHRzYWx0$Y4wTaWqdBQu5T6iP705ddw",
        "$argon2id$v=19$m=8,t=17,p=1$c2FsdHNhbHRzYWx0$Y4wTaWqdBQu5T6iP705ddw",
        "$argon2i$v=19$m=1024,t=1,p=65$c2FsdHNhbHRzYWx0$Y4wTaWqdBQu5T6iP705ddw",
        "$2b$15$abcdefghijklmnopqrstuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu",
        "$2b$03$abcdefghijklmnopqrstuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu",
        "pbkdf2_sha256$2000001$salt$o6GGQcJUUa3O5PgGOM25FfEaxiZ9e+rz43xZX4OA+qw=",
        "pbkdf2_sha256$0$salt$o6GGQcJUUa3O5PgGOM25FfEaxiZ9e+rz43xZX4OA+qw=",
        "pbkdf2:sha256:2000001$salt$00112233445566778899aabbccddeeff",
        "$pbkdf2-sha512$i=2000001$c2FsdA$o6GGQcJUUa3O5PgGOM25FfEaxiZ9e+rz43xZX4OA+qw",
        "scrypt:4194304:8:1$salt$00112233445566778899aabbccddeeff",
        "scrypt:16384:8:17$salt$00112233445566778899aabbccddeeff",
        "scrypt:16384:33:1$salt$00112233445566778899aabbccddeeff",
        "scrypt:16383:8:1$salt$00112233445566778899aabbccddeeff",
        "scrypt:0:8:1$salt$00112233445566778899aabbccddeeff",
        "$scrypt$ln=25,r=8,p=1$c2FsdA$o6GGQcJUUa3O5PgGOM25FfEaxiZ9e+rz43xZX4OA+qw",
        "$fbscrypt$v=1,n=22,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i",
      })
  void whatWouldCostTooMuchIsRefused(String text) {
    assertThatThrownBy(() -> ForeignHash.read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "!unusable",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99",
        "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
        "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
        "$2x$10$abcdefghijklmnopqrstuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$Y4wTaWqdBQu5T6iP705ddw",
        "$pbkdf2-md5$1000$c2FsdA$o6GGQcJUUa3O5PgGOM25FfEaxiZ9e+rz43xZX4OA+qw",
        "AgAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==",
      })
  void whatIsInNoKnownNotationIsRefusedWithoutBeingRepeated(String text) {
    assertThatThrownBy(() -> ForeignHash.read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: ")
        .hasMessageNotContaining("5f4dcc3b")
        .hasMessageNotContaining("unusable");
  }

  private static boolean read(String text, String password) {
    try {
      return ForeignHash.read(text).matches(bytes(password));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Better Auth normalises what it hashes. */
  private static String hashed(String system, String password) {
    return system.startsWith("Better Auth")
        ? Normalizer.normalize(password, Normalizer.Form.NFKC)
        : password;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
