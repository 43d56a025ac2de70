package dev.doorward.password.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.doorward.testing.Parsed;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands in the place of a foreign hash is read or refused by name, and what is read can be stored. */
@Timeout(60)
class ForeignHashFuzzTest {

  @ValueSource(
      strings = {
        "",
        "argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdDFBYmNkZWZnaGlqa2xtbm9w$/JQaEzHUX6xI6sFrfVdJ3/R5NvR9faaRWsx4lkR6dZQ",
        "bcrypt_sha256$$2b$06$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
        "00112233445566778899aabbccddeeff:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        "scrypt:32768:8:1$salt$00112233445566778899aabbccddeeff",
        "scrypt$16384$salt$8$5$o6GGQcJUUa3O5PgGOM25FfEaxiZ9e+rz43xZX4OA+qw=",
        "$scrypt$ln=14,r=8,p=1$c2FsdA$o6GGQcJUUa3O5PgGOM25FfEaxiZ9e+rz43xZX4OA+qw",
        "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i",
        "pbkdf2_sha256$600000$salt$o6GGQcJUUa3O5PgGOM25FfEaxiZ9e+rz43xZX4OA+qw=",
        "pbkdf2:sha512:600000$salt$00112233445566778899aabbccddeeff",
        "$pbkdf2-sha256$i=27500,l=32$c2FsdA$o6GGQcJUUa3O5PgGOM25FfEaxiZ9e+rz43xZX4OA+qw",
        "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==",
        "AQAAAAEAACcQ/////wABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==",
        "AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==",
      })
  @FuzzTest
  void whatIsReadCanBeStored(@NotNull String text) {
    Parsed.of(() -> ForeignHash.read(text)).ifPresent(hash -> {
      assertThat(text).hasSizeBetween(1, ForeignHash.MAX_LENGTH);
      assertThat(StandardCharsets.US_ASCII.newEncoder().canEncode(text)).isTrue();
    });
  }
}
