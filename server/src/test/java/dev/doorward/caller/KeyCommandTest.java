package dev.doorward.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.Main;
import dev.doorward.testing.Await;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ListUsersRequest;
import dev.doorward.v1.UserServiceGrpc;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line in this process, beside a server on the same database. */
class KeyCommandTest {

  private record Run(int exit, String out, String err) {}

  private static TestServer server;

  @TempDir
  private Path directory;

  private Path config;

  @BeforeAll
  static void start() {
    server = TestServer.start(TestMariaDb.shared());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void writeConfig() throws IOException {
    config = directory.resolve("doorward.properties");
    Files.writeString(
        config,
        TestServer.settings(TestMariaDb.shared()).entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining("\n")));
  }

  @Test
  void aKeyLivesFromItsCreationToItsRevocation() {
    String name = Given.freeCallerName();

    Run created = run("create", name, "--role", "directory,validator", "--expires-in", "1h");
    assertThat(created.exit()).isZero();
    CallerKey key = CallerKey.read(created.out().strip()).orElseThrow();
    assertThat(created.err())
        .contains(name, "validator,directory", key.id())
        .doesNotContain(key.reveal());
    assertThat(isAccepted(key)).isTrue();

    Run listed = run("list");
    assertThat(listed.out().lines().filter(line -> line.startsWith(key.id())))
        .singleElement()
        .asString()
        .contains(name, "validator,directory");
    assertThat(listed.out()).doesNotContain(key.reveal());

    assertThat(run("revoke", key.id()).exit()).isZero();
    Await.until(Duration.ofSeconds(20), "the server has heard of it", () -> !isAccepted(key));
    Run again = run("revoke", key.id());
    assertThat(again.exit()).isEqualTo(CommandLine.ExitCode.SOFTWARE);
    assertThat(again.err()).isEqualToIgnoringNewLines("there is no such key");
  }

  @Test
  void rotationNamesTheKeyThatIsToBeRevoked() {
    String name = Given.freeCallerName();
    CallerKey first =
        CallerKey.read(run("create", name, "-r", "DIRECTORY").out().strip()).orElseThrow();

    Run rotated = run("rotate", name);

    CallerKey second = CallerKey.read(rotated.out().strip()).orElseThrow();
    assertThat(rotated.err()).contains("doorward key revoke " + first.id());
    assertThat(isAccepted(first)).isTrue();
    assertThat(isAccepted(second)).isTrue();
    assertThat(run("rotate", name).err()).contains("2 live keys");
    Run unknown = run("rotate", Given.freeCallerName());
    assertThat(unknown.exit()).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(unknown.err()).contains("expected: a caller that there is");
  }

  @Test
  void whatIsWrongIsSaid() {
    assertThat(run("create", "Not A Name", "-r", "admin").err()).contains("NAME: Not A Name");
    assertThat(run("create", "web", "-r", "king").err()).contains("--role", "VALIDATOR");
    assertThat(run("create", "web", "-r", "admin", "--expires-in", "5s").err())
        .contains("expected: 1 minute to 366 days");
    assertThat(run("create", Given.freeCallerName()).err()).contains("roles: not set");
  }

  @Test
  void everyCommandExplainsItself() {
    for (String command : List.of("create", "list", "rotate", "revoke", "generate")) {
      assertThat(plain("key", command, "--help").out()).contains("Usage: doorward key " + command);
    }
    assertThat(plain("key", "--help").out()).contains("create", "list", "rotate", "revoke");
  }

  @Test
  void aGeneratedKeyNeedsNoDatabase() {
    assertThat(CallerKey.read(plain("key", "generate").out().strip()))
        .get()
        .matches(key -> !key.isForDevelopment());
  }

  private Run run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("key"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--config", config.toString()));
    return plain(all.toArray(String[]::new));
  }

  private static Run plain(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit = Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
    return new Run(exit, out.toString(), err.toString());
  }

  private static boolean isAccepted(CallerKey key) {
    try {
      UserServiceGrpc.newBlockingStub(server.channelWith("Bearer " + key.reveal()))
          .listUsers(ListUsersRequest.newBuilder().setPageSize(1).build());
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }
}
