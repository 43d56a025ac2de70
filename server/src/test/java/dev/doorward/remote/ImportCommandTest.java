package dev.doorward.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.caller.CallerKey;
import dev.doorward.testing.CommandRun;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Role;
import dev.doorward.v1.User;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(DoorwardExtension.class)
class ImportCommandTest {

  private final TestServer server;

  @TempDir
  private Path directory;

  private Path keyFile;

  ImportCommandTest(TestServer server) {
    this.server = server;
  }

  @BeforeEach
  void writeKey() {
    keyFile = RemoteRun.keyFile(directory, server.key());
  }

  @Test
  void theGoodOnesAreBroughtInAndOfTheOthersItIsSaidWhy() throws IOException {
    User taken = server.given().user();
    String email = Given.freeEmail();
    Path file = file(
        "\ufeff" + RemoteRun.line(email),
        "",
        "{\"user\": {\"email\": \"no address\"}}",
        RemoteRun.line(" " + email.toUpperCase(Locale.ROOT)),
        "{\"user\": {\"id\": \"x\", \"email\": \"" + taken.getEmail() + "\"}}",
        "{\"user\": {\"email\": ",
        "  \t\r",
        "{\"user\": {\"email\": \"" + Given.freeEmail() + "\", \"nmae\": \"Ada\"}}",
        RemoteRun.line() + RemoteRun.line(),
        "{\"user\": {\"email\": \"" + Given.freeEmail() + "\", \"name\": \"\\ud83d\"}}",
        "{\"user\": {\"email\": \"" + "x".repeat(4 << 20) + "\"}}",
        "{\"user\": {\"email\": \"" + Given.freeEmail() + "\", \"name\": \"José \\ud83d\\ude00\"}}",
        nested(30),
        nested(31));
    Path refused = directory.resolve("refused.ndjson");

    CommandRun run = run("--refused", refused.toString(), file.toString());

    assertThat(run.exit()).as(run.err()).isEqualTo(1);
    assertThat(run.out()).isEqualTo("created 3, existing 1, refused 8\n");
    assertThat(Files.readAllLines(refused))
        .containsExactly(
            "{\"line\": 3, \"reason\": \"FIELD_INVALID\", \"message\": \"user.email: \\\"no address\\\" "
                + "(expected: an address with one @)\"}",
            "{\"line\": 5, \"reason\": \"EMAIL_TAKEN\", \"message\": \"a user with another id has this "
                + "address\"}",
            invalid(6, "no JSON at column 20"),
            invalid(8, "Cannot find field: nmae"),
            invalid(9, "no JSON at column 70"),
            invalid(10, "half a surrogate pair, which is no text"),
            "{\"line\": 11, \"reason\": \"FIELD_INVALID\", \"message\": \"longer than expected: at most "
                + "4194304 bytes\"}",
            invalid(14, "nested deeper than 32 levels"));
    assertThat(server.rows().count("user WHERE email = ?", email)).isOne();
    assertThat(server.rows().texts("SELECT name FROM user WHERE name = ?", "José 😀"))
        .isNotEmpty();
  }

  /** With as many objects, one within the other, as their metadata. */
  private static String nested(int depth) {
    return "{\"user\": {\"email\": \"" + Given.freeEmail() + "\", \"metadata\": "
        + "{\"a\":".repeat(depth) + "1" + "}".repeat(depth) + "}}";
  }

  @Test
  void theSameFileAgainBringsNobodyIn() throws IOException {
    Path file = Files.writeString(directory.resolve("users.ndjson"), RemoteRun.lines(1200));

    assertThat(run(file.toString()).out()).isEqualTo("created 1200, existing 0, refused 0\n");
    long before = server.rows().count("user");
    CommandRun again = run(file.toString());

    assertThat(again.exit()).isZero();
    assertThat(again.out()).isEqualTo("created 0, existing 1200, refused 0\n");
    assertThat(server.rows().count("user")).isEqualTo(before);
  }

  @Test
  void whatIsPipedInIsBroughtInToo() {
    String email = Given.freeEmail();

    CommandRun run = RemoteRun.of(
        new ImportCommand(
            new ByteArrayInputStream(RemoteRun.line(email).getBytes(StandardCharsets.UTF_8)),
            RemoteRun.QUICK),
        with("-"));

    assertThat(run.out()).isEqualTo("created 1, existing 0, refused 0\n");
    assertThat(server.rows().count("user WHERE email = ?", email)).isOne();
  }

  @Test
  void linesBeforeTheOneToBeginWithAreLeftOut() throws IOException {
    List<String> emails = List.of(Given.freeEmail(), Given.freeEmail(), Given.freeEmail());
    Path file = file(
        "no user",
        RemoteRun.line(emails.get(0)),
        RemoteRun.line(emails.get(1)),
        "",
        RemoteRun.line(emails.get(2)));

    CommandRun run = run("--from-line", "3", file.toString());

    assertThat(run.out()).isEqualTo("created 2, existing 0, refused 0\n");
    assertThat(server.rows().count("user WHERE email = ?", emails.get(0))).isZero();
    assertThat(run("--from-line", "6", file.toString()).out())
        .isEqualTo("created 0, existing 0, refused 0\n");
  }

  @Test
  void theFirstRefusedLinesAreShownAndTheRestCounted() throws IOException {
    Path file = Files.writeString(directory.resolve("users.ndjson"), "x\n".repeat(1010));

    CommandRun run = run(file.toString());

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).isEqualTo("created 0, existing 0, refused 1010\n");
    assertThat(run.err().lines().filter(line -> line.startsWith("line "))).hasSize(20);
    assertThat(run.err()).contains("line 20: FIELD_INVALID: no JSON", "and 990 more");
  }

  @Test
  void nothingThatIsSaidShowsASecret() throws IOException {
    Path file = file(
        "{\"user\": {\"email\": \"a@example.com\"}, \"passwordHash\": {\"x\": \"hush-hush\"}}",
        "{\"user\": {\"email\": \"a@example.com\"}, \"accounts\": {\"accessToken\": \"hush-hush\"}}",
        "{\"user\": {\"email\": \"a@example.com\", \"createdAt\": \"hush-hush\"}}",
        "{\"user\": {\"email\": \"a@example.com\", \"emailVerified\": \"hush-hush\"}}",
        "{\"user\": \"hush-hush\"}",
        "[\"hush-hush\"]",
        "\"hush-hush\"",
        "{\"passwordHash\": \"hush-hush\" \"hush-hush\"}",
        "{\"user\": {\"email\": \"a@example.com\"}, \"passwordHash\": \"hush-hush\"}");

    CommandRun run = run(file.toString());

    assertThat(run.out()).isEqualTo("created 0, existing 0, refused 9\n");
    assertThat(run.err()).doesNotContain("hush-hush");
  }

  @Test
  void whatCanNoLongerBeWrittenEndsIt() throws IOException {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full));
    Path file = file("no user");

    CommandRun run = run("--refused", full.toString(), file.toString());

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("the file of refused lines can't be written\n");
  }

  @Test
  void aKeyThatNobodyKnowsEndsItWithOneLine() throws IOException {
    Path file = file(RemoteRun.line());
    String key = CallerKey.generate().reveal();
    keyFile = RemoteRun.keyFile(directory, key);

    CommandRun run = run(file.toString());

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).singleElement().asString().startsWith("CALLER_UNAUTHENTICATED: ");
    assertThat(run.err()).doesNotContain(key);
  }

  @Test
  void aCallerOfAnotherRoleIsToldSo() throws IOException {
    Path file = file(RemoteRun.line());
    keyFile = RemoteRun.keyFile(
        directory, server.given().callerKey(Role.ROLE_AUTHENTICATOR).getKey());

    CommandRun run = run(file.toString());

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err().lines()).singleElement().asString().startsWith("ROLE_REQUIRED: ");
  }

  @Test
  void whatIsWrongIsSaidBeforeAnythingIsSent() throws IOException {
    Path file = file(RemoteRun.line());
    String text = file.toString();

    assertUsage("FILE: missing", "missing");
    assertUsage("--from-line: 0", "--from-line", "0", text);
    assertUsage("--target: here", "--target", "here", text);
    assertUsage("--tls-ca: " + file, "--tls-ca", text, text);
    assertUsage("--tls-ca: missing", "--tls-ca", "missing", text);
    assertUsage("--refused: " + file, "--refused", text, text);
    assertUsage("--refused: " + directory, "--refused", directory.toString(), text);
    Files.writeString(keyFile, "hush-hush");
    assertUsage("holds no caller's key", text);
    assertThat(run(text).err()).doesNotContain("hush-hush");
    Files.delete(keyFile);
    assertUsage("--key-file: " + keyFile + " can't be read", text);
    assertThat(Files.readString(file)).isNotEmpty();
  }

  @Test
  void everyCommandExplainsItself() {
    for (String command : List.of("import", "export")) {
      assertThat(CommandRun.of(command, "--help").out()).contains("Usage: doorward " + command);
    }
  }

  private void assertUsage(String message, String... arguments) {
    CommandRun run = run(arguments);
    assertThat(run.exit()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(message).doesNotContain("Exception");
  }

  private static String invalid(int line, String problem) {
    return "{\"line\": " + line + ", \"reason\": \"FIELD_INVALID\", \"message\": \"" + problem
        + " (expected: a PortableUser in proto3 JSON)\"}";
  }

  private Path file(String... lines) throws IOException {
    return Files.writeString(directory.resolve("users.ndjson"), String.join("\n", lines));
  }

  private CommandRun run(String... arguments) {
    String[] all = with(arguments);
    return RemoteRun.of(new ImportCommand(System.in, RemoteRun.QUICK), all);
  }

  private String[] with(String... arguments) {
    List<String> all = new ArrayList<>(
        List.of("--target", "127.0.0.1:" + server.port(), "--key-file", keyFile.toString()));
    if (List.of(arguments).contains("--target")) {
      all.subList(0, 2).clear();
    }
    all.addAll(List.of(arguments));
    return all.toArray(String[]::new);
  }
}
