package dev.doorward.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.doorward.config.InvalidSettings;
import dev.doorward.config.OwnersFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a file of keys holds, it is read or refused, and never shown. */
@Timeout(60)
class TokenKeysFuzzTest {

  @MethodSource("files")
  @FuzzTest
  void aFileIsReadOrRefused(byte @NotNull [] bytes) throws IOException {
    Path file = Files.createTempFile("keys", "");
    try {
      Files.write(file, bytes);
      String text = OwnersFile.read("a setting", file);
      assertThat(text.getBytes(StandardCharsets.UTF_8)).isEqualTo(bytes);
      assertThat(TokenKeys.from(Optional.of(file)).current()).isPresent();
    } catch (InvalidSettings e) {
      assertThat(e.getMessage()).contains(file.toString());
    } finally {
      Files.delete(file);
    }
  }

  static Stream<Arguments> files() {
    String line = TokenKeys.generateLine();
    return Stream.of(line, "# none\n\n" + line + "\n", line + "\n" + line, "a=", "=", "")
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
  }
}
