package dev.doorward.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorward.Config;
import dev.doorward.account.PasswordProvider;
import dev.doorward.account.TokensAtRest;
import dev.doorward.session.TokenAtRest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  private static final String URL = "jdbc:mariadb://db/doorward";

  @Test
  void everySettingHasTheDefaultThatIsDocumented() {
    Config config = read();

    assertThat(config.server().address().getHostAddress()).isEqualTo("127.0.0.1");
    assertThat(config.server().port()).isEqualTo(50051);
    assertThat(config.server().reflection()).isFalse();
    assertThat(config.callers().bootstrapKeyFile()).isEmpty();
    assertThat(config.sessions().lifetime()).isEqualTo(Duration.ofDays(7));
    assertThat(config.sessions().updateAge()).isEqualTo(Duration.ofDays(1));
    assertThat(config.sessions().shortLifetime()).isEqualTo(Duration.ofDays(1));
    assertThat(config.sessions().tokenAtRest()).isEqualTo(TokenAtRest.HASHED);
    assertThat(config.sessions().betterAuthSecretFile()).isEmpty();
    assertThat(config.sessions().remembered()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.passwords().minLength()).isEqualTo(8);
    assertThat(config.passwords().maxLength()).isEqualTo(128);
    assertThat(config.passwords().memoryKib()).isEqualTo(19456);
    assertThat(config.passwords().iterations()).isEqualTo(2);
    assertThat(config.passwords().parallelism()).isEqualTo(1);
    assertThat(config.passwords().provider())
        .isEqualTo(new PasswordProvider("emailAndPassword", "emailAndPassword"));
    assertThat(config.passwords().threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(config.passwords().argon2Library()).isEmpty();
    assertThat(config.attempts().free()).isEqualTo(10);
    assertThat(config.attempts().firstWait()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.attempts().longestWait()).isEqualTo(Duration.ofMinutes(15));
    assertThat(config.attempts().quiet()).isEqualTo(Duration.ofDays(1));
    assertThat(config.attempts().limit()).isEqualTo(100);
    assertThat(config.attempts().networkFailures()).isEqualTo(100);
    assertThat(config.attempts().networkRecovery()).isEqualTo(Duration.ofSeconds(6));
    assertThat(config.attempts().memory()).isEqualTo(Duration.ofDays(7));
    assertThat(config.accounts().linking()).isTrue();
    assertThat(config.accounts().trustedProviders()).isEmpty();
    assertThat(config.accounts().tokensAtRest()).isEqualTo(TokensAtRest.ENCRYPTED);
    assertThat(config.accounts().tokenKeysFile()).isEmpty();
    assertThat(config.passwords().breachedList()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "admin.port, 65536",
    "admin.port, -1",
    "admin.port, http",
    "admin.channelz-port, 99999999999",
    "telemetry.otlp-endpoint, 127.0.0.1:4318",
    "telemetry.otlp-endpoint, ftp://collector:4318",
    "telemetry.otlp-endpoint, http://user:password@collector:4318",
    "telemetry.otlp-endpoint, http:// collector",
    "telemetry.otlp-endpoint, http://[::9999999999.0.0.1]:4318",
    "telemetry.trace-ratio, 1.1",
    "telemetry.trace-ratio, -0.1",
    "telemetry.trace-ratio, NaN",
    "log.format, xml",
  })
  void whatTellsOfTheServerIsChecked(String key, String value) {
    assertThatThrownBy(() -> read(key, value))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith(key + ": ")
        .hasMessageContaining("expected: ");
  }

  @Test
  void whatTellsOfTheServerIsOffUnlessAskedFor() {
    Config config = read();

    assertThat(config.admin().address().isLoopbackAddress()).isTrue();
    assertThat(config.admin().port()).isEmpty();
    assertThat(config.admin().channelzPort()).isEmpty();
    assertThat(config.telemetry().otlpEndpoint()).isEmpty();
    assertThat(config.telemetry().traceRatio()).isZero();
    assertThat(config.retention().sessions()).isEqualTo(Duration.ofDays(1));
    assertThat(config.retention().events()).isEqualTo(Duration.ofDays(365));
    assertThat(config.database().slowStatement()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void anUnknownKeyIsRefusedWithTheNearestKnownOne() {
    assertThatThrownBy(() -> read("session.lifetme", "8d"))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("session.lifetme: no such setting (did you mean session.lifetime?)");
    assertThatThrownBy(() -> read("DOORWARD_SERVER_PROT", "1"))
        .hasMessageContaining("did you mean DOORWARD_SERVER_PORT?");
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    assertThatThrownBy(() -> read(
            "server.port",
            "70000",
            "session.lifetime",
            "soon",
            "session.token-at-rest",
            "raw",
            "account.linking",
            "yes"))
        .hasMessageContaining("server.port: 70000 (expected: 0 to 65535)")
        .hasMessageContaining("session.lifetime: soon (expected: 1m to 3650d)")
        .hasMessageContaining(
            "session.token-at-rest: raw (expected: one of [hashed, plain, plain_or_hashed, hashed_or_plain])")
        .hasMessageContaining("account.linking: yes (expected: true or false)");
  }

  @Test
  void theLimitOfWrongPasswordsCanOnlyBeLowered() {
    assertThatThrownBy(() -> read("attempt.limit", "101"))
        .hasMessageContaining("attempt.limit: 101 (expected: 1 to 100)");
  }

  @Test
  void aLibraryThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> read("password.argon2-library", "/nowhere/libargon2.so"))
        .hasMessageContaining("password.argon2-library: /nowhere/libargon2.so (expected: a file");
  }

  @Test
  void theEnvironmentWinsOverTheFile() {
    assertThat(read("server.port", "1", "DOORWARD_SERVER_PORT", "2").server().port())
        .isEqualTo(2);
  }

  @Test
  void anAddressBeyondThisMachineIsRefused() {
    assertThatThrownBy(() -> read("server.address", "0.0.0.0")).hasMessageContaining("loopback");
    assertThatThrownBy(() -> read("server.address", "192.0.2.1")).hasMessageContaining("loopback");
    assertThat(read("server.address", "::1").server().address().isLoopbackAddress())
        .isTrue();
  }

  @Test
  void beyondThisMachineTlsIsSpoken(@TempDir Path directory) throws IOException {
    String file = Files.createFile(directory.resolve("pem")).toString();

    assertThat(read(
                "server.address", "0.0.0.0", "server.tls-certificate", file, "server.tls-key", file)
            .server()
            .tls())
        .isPresent();
    assertThatThrownBy(() -> read("server.address", "0.0.0.0"))
        .hasMessageContaining("server.tls-certificate and server.tls-key");
    assertThatThrownBy(() -> read("server.tls-key", file)).hasMessageContaining("only one is set");
    assertThatThrownBy(() -> read("server.tls-client-ca", file))
        .hasMessageContaining("server.tls-certificate");
    assertThatThrownBy(() -> read("server.tls-key", "/nowhere"))
        .hasMessageContaining("can be read");
  }

  @Test
  void withoutADatabaseTheLineThatMendsItIsShown() {
    assertThatThrownBy(() -> Config.read(new Settings(Map.of())))
        .hasMessageContaining("DOORWARD_DATABASE_URL");
  }

  @Test
  void noSecretIsShown() {
    assertThat(read("database.password", "marked").toString()).doesNotContain("marked");
    assertThatThrownBy(() ->
            read("database.url", URL + "?password=marked&useAffectedRows=true", "server.port", "x"))
        .hasMessageContaining("useAffectedRows")
        .hasMessageNotContaining("marked");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"jdbc:mysql://marked/d", "jdbc:mariadb://marked:", "jdbc:mariadb://,marked/d"})
  void aUrlThatTheDriverCannotReadIsRefusedWithoutBeingShown(String url) {
    assertThatThrownBy(() -> read("database.url", url))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("database.url")
        .hasMessageContaining("expected: as in jdbc:mariadb://")
        .hasMessageNotContaining("marked");
  }

  private static Config read(String... given) {
    Map<String, String> settings = new TreeMap<>(Map.of("database.url", URL));
    for (int i = 0; i < given.length; i += 2) {
      settings.put(given[i], given[i + 1]);
    }
    return Config.read(new Settings(settings));
  }
}
