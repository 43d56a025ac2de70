package dev.doorward.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.doorward.Config;
import dev.doorward.config.Settings;
import dev.doorward.testing.Parsed;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.ValueSource;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.export.HaMode;

/** Whatever names a row or a database is one, or is not asked for. */
@Timeout(60)
class DatabaseFuzzTest {

  @ValueSource(strings = {"", "V1StGXR8_Z5jdHi6B-myT", "a b", "\u00e4", "\u007f", "~", "!"})
  @FuzzTest
  void anIdThatCanExistFitsItsColumn(@NotNull String text) {
    assertThat(Ids.canExist(text)).isEqualTo(text.matches("[!-~]{1,64}"));
  }

  @ValueSource(
      strings = {
        "jdbc:mariadb://db:3306/doorward",
        "jdbc:mariadb://a,b/doorward?sslMode=verify-full&user=x",
        "jdbc:mariadb://db/d?useAffectedRows=true",
        "jdbc:mariadb://db/d?USEAFFECTEDROWS=true&&=&a",
        "?",
        "jdbc:mariadb://db:",
        "jdbc:mariadb://,ba,b/doorward",
        "jdbc:mariadb:sequential://a,b/doorward",
        "jdbc:mariadb://a,b/doorward?sessionVariables=sql_mode=''&initSql=DO 2",
        "jdbc:mysql://db/d",
        "??=&"
      })
  @FuzzTest
  void aUrlIsRefusedOrLeavesToTheServerWhatIsItsOwn(@NotNull String text) {
    if (text.isBlank()) {
      return;
    }
    Parsed.of(() -> Pools.parseUrl(text))
        .map(DatabaseFuzzTest::asTheDriverReadsIt)
        .ifPresent(driver -> {
          assertThat(driver.useAffectedRows()).isFalse();
          assertThat(driver.allowLocalInfile()).isFalse();
          assertThat(driver.allowMultiQueries()).isFalse();
          assertThat(driver.transactionReplay()).isFalse();
          assertThat(driver.preserveInstants()).isTrue();
          assertThat(driver.connectionTimeZone()).isEqualTo("UTC");
          assertThat(driver.forceConnectionTimeZoneToSession()).isTrue();
          assertThat(driver.haMode()).isEqualTo(HaMode.NONE);
          assertThat(driver.initSql()).contains("STRICT_ALL_TABLES");
        });
  }

  private static Configuration asTheDriverReadsIt(String url) {
    DatabaseConfig config =
        Config.read(new Settings(Map.of("database.url", url))).database();
    try {
      return Configuration.parse(url, Pools.driverProperties(config));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
