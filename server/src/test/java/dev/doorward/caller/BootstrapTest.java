package dev.doorward.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorward.Config;
import dev.doorward.Doorward;
import dev.doorward.config.InvalidSettings;
import dev.doorward.config.Settings;
import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.testing.Race;
import dev.doorward.testing.Rows;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootstrapTest {

  private static EmbeddedMariaDb mariaDb;

  @TempDir
  private Path directory;

  @BeforeAll
  static void start() throws IOException {
    mariaDb = TestMariaDb.fresh();
    startServer("").close(); // Which makes the tables.
  }

  @AfterAll
  static void stop() {
    mariaDb.close();
  }

  @BeforeEach
  void nobodyIsKnown() {
    rows().change("DELETE FROM caller");
  }

  @Test
  void theFirstKeyIsAnOperatorsAndNoOtherFileIsTakenAfterIt() throws IOException {
    CallerKey first = CallerKey.generate();
    startServer(file(first.reveal() + "\n", "rw-------")).close();

    assertThat(keys()).containsExactly(first.id() + " bootstrap OPERATOR");

    startServer(file(CallerKey.generate().reveal(), "rw-------")).close();
    startServer(file(first.reveal(), "r--------")).close();

    assertThat(keys()).containsExactly(first.id() + " bootstrap OPERATOR");
  }

  /** Not even when the first one was revoked: whoever finds the old file gets nothing. */
  @Test
  void theFileMeansNothingOnceThereWasACaller() throws IOException {
    CallerKey first = CallerKey.generate();
    startServer(file(first.reveal(), "rw-------")).close();
    rows().change("DELETE FROM caller_key");

    startServer(file(first.reveal(), "rw-------")).close();

    assertThat(keys()).isEmpty();
  }

  @Test
  void serversThatStartAtOnceMakeOneOperator() throws IOException {
    String file = file(CallerKey.generate().reveal(), "rw-------");

    Race.<Void>of(4, runner -> {
          try {
            startServer(file).close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return null;
        })
        .assertAllAnswered();

    assertThat(keys()).hasSize(1);
    assertThat(rows().count("caller")).isOne();
  }

  @Test
  void aFileThatIsNotWhatItMustBeStopsTheStart() throws IOException {
    String good = CallerKey.generate().reveal();
    String development = CallerKey.generateForDevelopment().reveal();

    assertRefused(file(good, "rw-r--r--"), "only its owner can read");
    assertRefused(file(good, "rw-rw----"), "only its owner can read");
    assertRefused(file(good.substring(1), "rw-------"), "key generate");
    assertRefused(file(good + "\n" + good, "rw-------"), "key generate");
    assertRefused(file(development, "rw-------"), "key generate");
    assertRefused(directory.resolve("nothing").toString(), "can't be read");
    assertThat(rows().count("caller")).isZero();
  }

  private static void assertRefused(String file, String message) {
    assertThatThrownBy(() -> startServer(file))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("caller.bootstrap-key-file")
        .hasMessageContaining(message)
        .hasMessageNotContainingAny("dwk_", "dwkdev_");
  }

  private String file(String text, String permissions) throws IOException {
    Path file = Files.createTempFile(directory, "bootstrap", ".key");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return file.toString();
  }

  private static List<String> keys() {
    return rows()
        .texts(
            "SELECT CONCAT_WS(' ', k.id, c.name, c.roles) FROM caller_key k JOIN caller c ON c.id = k.callerId");
  }

  private static Doorward startServer(String file) throws IOException {
    return Doorward.start(
        Config.read(new Settings(TestServer.settings(mariaDb, "caller.bootstrap-key-file", file))));
  }

  private static Rows rows() {
    return new Rows(mariaDb);
  }
}
