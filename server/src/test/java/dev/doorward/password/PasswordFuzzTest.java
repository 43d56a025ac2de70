package dev.doorward.password;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.doorward.Config;
import dev.doorward.config.Settings;
import dev.doorward.testing.Parsed;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is given as a password has one form; whatever stands in the place of a hash is one, or matches nothing. */
@Timeout(60)
class PasswordFuzzTest {

  private static final Password PASSWORD = Password.parse("correct horse battery staple");

  private static final Argon2id ARGON2 = new Argon2id(Config.read(new Settings(Map.of(
          "database.url", "jdbc:mariadb://db/doorward",
          "password.memory-kib", "8",
          "password.iterations", "1")))
      .passwords());

  /** Parameters that would take more time or memory than one run is to. Whether they are refused is up to libargon2. */
  private static final Pattern COSTLY =
      Pattern.compile("[mtp]=0*([1-9]\\d{3,}|[2-9]\\d\\d|1[3-9]\\d|12[89])");

  @ValueSource(
      strings = {"", "p", "\ufb03\u0130\u1e9e", "e\u0301", "\ufdfa", "\ud83d\ude00", " \u0000 "})
  @FuzzTest
  void aPasswordIsRefusedOrHasOneForm(@NotNull String text) {
    Parsed.of(() -> Password.parse(text)).ifPresent(password -> {
      String form = new String(password.bytes(), StandardCharsets.UTF_8);
      assertThat(password.bytes()).hasSizeBetween(1, Password.MAX_BYTES);
      assertThat(Password.parse(form).bytes()).isEqualTo(password.bytes());
      assertThat(password.length()).isEqualTo((int) form.codePoints().count());
    });
  }

  @MethodSource("hashes")
  @FuzzTest
  void whatIsNoHashMatchesNothing(@NotNull String hash) {
    Matcher costly = COSTLY.matcher(hash);
    if (costly.find() || hash.indexOf('\0') >= 0) {
      return;
    }
    if (ARGON2.verify(hash, PASSWORD.bytes())) {
      ARGON2.isOutdated(hash);
      assertThat(hash).startsWith("$argon2id$v=");
    }
  }

  static Stream<String> hashes() {
    return Stream.of(
        ARGON2.hash(PASSWORD),
        ARGON2.hash(Password.parse("another")),
        "$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ$",
        "$argon2id$v=19$m=999999999,t=999999999,p=999999999$c29tZXNhbHQ$aGFzaA",
        "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaA",
        "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
        "");
  }
}
