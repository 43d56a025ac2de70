package dev.doorward.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.doorward.Config;
import dev.doorward.testing.Parsed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a file or the environment says, the server starts with it or says what is wrong. */
@Timeout(60)
class SettingsFuzzTest {

  private static final List<String> KEYS =
      Config.keys().stream().map(Settings.Key::name).toList();

  /** A name would be asked for on the network. */
  private static final String ADDRESS = "server.address";

  @MethodSource("files")
  @FuzzTest
  void aFileIsReadOrRefused(byte @NotNull [] bytes) throws IOException {
    Path file = Files.createTempFile("settings", "");
    try {
      Files.write(file, bytes);
      read(ConfigFile.readWithEnvironment(file));
    } catch (InvalidSettings e) {
      assertThat(e.getMessage()).isNotBlank();
    } finally {
      Files.delete(file);
    }
  }

  @MethodSource("settings")
  @FuzzTest
  void anyValueOfAnySettingIsTakenOrRefused(int key, @NotNull String value, @NotNull String other) {
    Map<String, String> given = new HashMap<>();
    given.put(KEYS.get(Math.floorMod(key, KEYS.size())), value);
    given.putIfAbsent("database.url", other);
    try {
      read(given);
    } catch (InvalidSettings e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @ValueSource(strings = {"250ms", "7d", "999999999d", "0s", "1w", "-1s", "1 s", "١s", "", "d"})
  @FuzzTest
  void aTimeIsRefusedOrNotNegative(@NotNull String text) {
    Parsed.of(() -> Settings.parseDuration(text))
        .ifPresent(time -> assertThat(time).isBetween(Duration.ZERO, Duration.ofDays(999_999_999)));
  }

  private static void read(Map<String, String> given) {
    given.remove(ADDRESS);
    given.remove(new Settings.Key(ADDRESS, "", "").variable());
    Config.read(new Settings(given));
  }

  static Stream<byte[]> files() {
    return Stream.of(
            "database.url=jdbc:mariadb://db/doorward\nserver.port = 50052\nlimit.handshake: 5s\n",
            "# nothing\n! at all\n\\\n",
            "DOORWARD_SERVER_PORT=\\u0031\nserver.prot=1",
            "database.password=\\u00zz",
            "database.password-file=/\\u0000")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  static Stream<Arguments> settings() {
    List<String> values =
        List.of("", "1", "true", "5s", "hashed", "/", "\0", "jdbc:mariadb://db/d?a=b");
    return Stream.iterate(0, key -> key + 1)
        .limit(KEYS.size())
        .flatMap(key ->
            values.stream().map(value -> Arguments.of(key, value, "jdbc:mariadb://db/doorward")));
  }
}
