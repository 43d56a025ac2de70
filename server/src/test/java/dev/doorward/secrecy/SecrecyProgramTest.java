package dev.doorward.secrecy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.token.TokenForm;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecrecyProgramTest {

  private static final String TOKEN = "dws_the-token-of-this-test";
  private static final String PASSWORD = "the password of this test";
  private static final String REFRESH_TOKEN = "the refresh token of this test";
  private static final String FOREIGN_HASH = "$2b$06$the-hash-of-another-system";
  private static final String CONTROL = "what must be found";

  @TempDir
  private Path directory;

  @BeforeEach
  void write() throws IOException {
    Files.write(
        directory.resolve("1-secrets"),
        List.of(
            Secret.of("doorward.v1.Session.session_token", TOKEN).toLine(),
            Secret.of("doorward.v1.SignInRequest.password", PASSWORD).toLine(),
            Secret.of("doorward.v1.Account.refresh_token", REFRESH_TOKEN).toLine(),
            Secret.of("doorward.v1.PortableUser.password_hash", FOREIGN_HASH).toLine(),
            Secret.of(Kinds.CONTROL + "here", CONTROL).toLine()));
    Files.writeString(directory.resolve("1-debug.log"), "the log says " + CONTROL + "\n");
  }

  @Test
  void allIsWellIfNothingIsFoundButTheControl() throws IOException {
    assertThat(isClean()).isTrue();
  }

  @Test
  void aSearchThatDoesNotFindTheControlIsWorthNothing() throws IOException {
    Files.writeString(directory.resolve("1-debug.log"), "the log says nothing\n");

    assertThat(isClean()).isFalse();
  }

  @Test
  void aSearchWithoutAControlIsWorthNothing() throws IOException {
    Files.writeString(directory.resolve("1-secrets"), "");

    assertThat(isClean()).isFalse();
  }

  @Test
  void noSecretMayBeInTheLogOrInRefusals() throws IOException {
    for (String secret : List.of(
        TOKEN,
        PASSWORD,
        REFRESH_TOKEN,
        FOREIGN_HASH,
        TokenForm.hash(TOKEN),
        "$argon2id$v=19$m=8,t=1")) {
      for (String file : List.of("2-debug.log", "1-errors", "test-mariadb-error.log")) {
        assertLeaked(file, secret);
      }
    }
  }

  @Test
  void aDatabaseMayTellWhatItsTablesHaveAndNothingElse() throws IOException {
    String statements = "test-mariadb-statements.log";
    Path file = directory.resolve(statements);
    Files.writeString(file, TokenForm.hash(TOKEN) + "$argon2id$v=19$m=8,t=1" + FOREIGN_HASH);

    assertThat(isClean()).isTrue();
    assertLeaked(statements, TOKEN);
    assertLeaked(statements, PASSWORD);
    assertLeaked(statements, REFRESH_TOKEN);
  }

  private void assertLeaked(String name, String secret) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, "something and " + secret + " and more\n");
    assertThat(isClean()).as("%s in %s", secret, name).isFalse();
    Files.delete(file);
    assertThat(isClean()).isTrue();
  }

  private boolean isClean() throws IOException {
    return new SecrecyProgram(new PrintStream(OutputStream.nullOutputStream())).run(directory);
  }
}
