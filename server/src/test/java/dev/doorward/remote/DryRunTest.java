package dev.doorward.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.CommandRun;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(DoorwardExtension.class)
class DryRunTest {

  /** So many lines that what follows is in another message. */
  private static final int GAP = 500;

  private final TestServer server;

  @TempDir
  private Path directory;

  DryRunTest(TestServer server) {
    this.server = server;
  }

  @Test
  void itSaysOfLinesThatCollideWhatTheImportThenDoes() throws IOException {
    String email = Given.freeEmail();
    String id = UUID.randomUUID().toString();
    String another = UUID.randomUUID().toString();
    String account = Given.freeAccount().build().getProviderAccountId();
    Path file = Files.writeString(
        directory.resolve("users.ndjson"),
        apart(
            line(id, email, account),
            line(another, " " + email.toUpperCase(Locale.ROOT), ""),
            line(id, Given.freeEmail(), ""),
            line("", Given.freeEmail(), account),
            line("", email, ""),
            line(id, email, account),
            line(another, Given.freeEmail(), "")));
    Path refused = directory.resolve("refused.ndjson");
    long before = server.rows().count("user");

    CommandRun dry = run(System.in, "--dry-run", "--refused", refused.toString(), file.toString());

    assertThat(dry.exit()).as(dry.err()).isEqualTo(1);
    assertThat(dry.out()).isEqualTo("would create 3002, existing 2, refused 3\n");
    assertThat(Files.readAllLines(refused))
        .containsExactly(
            "{\"line\": 502, \"reason\": \"EMAIL_TAKEN\", \"message\": \"the address is the one of line 1\"}",
            "{\"line\": 1003, \"reason\": \"ID_TAKEN\", \"message\": \"the id is the one of line 1\"}",
            "{\"line\": 1504, \"reason\": \"ACCOUNT_LINKED_TO_ANOTHER_USER\", \"message\": "
                + "\"the account with github is the one of line 1\"}");
    assertThat(server.rows().count("user")).isEqualTo(before);

    List<String> said = withoutMessages(refused);
    CommandRun done = run(System.in, "--refused", refused.toString(), file.toString());
    assertThat(done.out()).isEqualTo("created 3002, existing 2, refused 3\n");
    assertThat(withoutMessages(refused)).isEqualTo(said);
    assertThat(server.rows().count("user")).isEqualTo(before + 3002);
  }

  @Test
  void aFileWithoutCollisionsIsOnlyRehearsed() throws IOException {
    Path file = Files.writeString(directory.resolve("users.ndjson"), RemoteRun.lines(700));

    CommandRun dry = run(System.in, "--dry-run", file.toString());

    assertThat(dry.exit()).isZero();
    assertThat(dry.out()).isEqualTo("would create 700, existing 0, refused 0\n");
    assertThat(run(System.in, file.toString()).out())
        .isEqualTo("created 700, existing 0, refused 0\n");
  }

  @Test
  void whatIsPipedInIsNotReadTwiceAndThatIsSaid() {
    byte[] line = RemoteRun.line().getBytes(StandardCharsets.UTF_8);

    CommandRun dry = run(new ByteArrayInputStream(line), "--dry-run", "-");

    assertThat(dry.out()).isEqualTo("would create 1, existing 0, refused 0\n");
    assertThat(dry.err()).contains("is not searched for lines that collide");
  }

  private static List<String> withoutMessages(Path refused) throws IOException {
    return Files.readAllLines(refused).stream()
        .map(line -> line.substring(0, line.indexOf("\"message\"")))
        .toList();
  }

  /** Each in another message. */
  private static String apart(String... lines) {
    StringBuilder file = new StringBuilder(lines[0]);
    for (int i = 1; i < lines.length; i++) {
      file.append(RemoteRun.lines(GAP)).append(lines[i]);
    }
    return file.toString();
  }

  /** @param account empty for none */
  private static String line(String id, String email, String account) {
    String accounts = account.isEmpty()
        ? ""
        : "{\"type\": \"oauth\", \"provider\": \"github\", \"providerAccountId\": \"" + account
            + "\"}";
    return "{\"user\": {\"id\": \"" + id + "\", \"email\": \"" + email + "\"}, \"accounts\": ["
        + accounts + "]}\n";
  }

  private CommandRun run(InputStream pipe, String... arguments) {
    String[] all = new String[arguments.length + 4];
    all[0] = "--target";
    all[1] = "127.0.0.1:" + server.port();
    all[2] = "--key-file";
    all[3] = RemoteRun.keyFile(directory, server.key()).toString();
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    return RemoteRun.of(new ImportCommand(pipe, RemoteRun.QUICK), all);
  }
}
