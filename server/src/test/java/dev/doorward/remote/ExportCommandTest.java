package dev.doorward.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.caller.CallerKey;
import dev.doorward.error.Reason;
import dev.doorward.testing.CommandRun;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.Imports;
import dev.doorward.testing.Proxy;
import dev.doorward.testing.Proxy.Direction;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.PortableUser;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
@ExtendWith(DoorwardExtension.class)
class ExportCommandTest {

  private static final String BCRYPT =
      "$2b$06$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
  private static final String PREFACE = "PRI * HTTP/2.0";

  private final TestServer server;

  @TempDir
  private Path directory;

  ExportCommandTest(TestServer server) {
    this.server = server;
  }

  @Test
  void whatIsExportedIsImportedElsewhereWithNothingLost() throws IOException {
    Path first = directory.resolve("first.ndjson");
    Path second = directory.resolve("second.ndjson");
    try (TestServer here = TestServer.start(TestMariaDb.fresh());
        TestServer there = TestServer.start(TestMariaDb.fresh())) {
      Imports.of(here.channel(), several());

      assertThat(export(here, "--include-secrets", "--output", first.toString()).exit())
          .isZero();
      CommandRun brought = RemoteRun.of(
          new ImportCommand(System.in, RemoteRun.QUICK),
          "--target",
          "127.0.0.1:" + there.port(),
          "--key-file",
          RemoteRun.keyFile(directory, there.key()).toString(),
          first.toString());
      assertThat(brought.out()).as(brought.err()).isEqualTo("created 250, existing 0, refused 0\n");
      assertThat(
              export(there, "--include-secrets", "--output", second.toString()).err())
          .startsWith("exported 250 users in ");
    }

    assertThat(users(second)).isEqualTo(users(first)).hasSize(250);
    assertThat(users(first).get(0).getPasswordHash()).isEqualTo(BCRYPT);
    assertThat(users(first).get(0).getAccounts(0).getRefreshToken()).isEqualTo(Given.REFRESH_TOKEN);
    assertThat(Files.getPosixFilePermissions(first))
        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  }

  @Test
  void withoutAFileItIsPipedOutWithoutSecretsAndState() {
    String email = Given.freeEmail();
    Imports.of(
        server.channel(),
        PortableUser.newBuilder()
            .setUser(User.newBuilder().setEmail(email).setName("José 😀"))
            .setPasswordHash(BCRYPT)
            .addAccounts(Given.freeAccount().setAccessToken(Given.ACCESS_TOKEN))
            .build());
    ByteArrayOutputStream pipe = new ByteArrayOutputStream();

    CommandRun run = export(pipe, server.port(), server.key());

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(pipe.toString(UTF_8).lines().filter(line -> line.contains(email)))
        .singleElement()
        .asString()
        .contains("\"name\":\"José 😀\"", "\"provider\":\"github\"")
        .doesNotContain(BCRYPT, Given.ACCESS_TOKEN, "etag");
  }

  @Test
  void whereAStreamIsCutAnotherGoesOnAndEveryoneIsThereOnce() throws IOException {
    Imports.of(server.channel(), several());
    Path file = directory.resolve("users.ndjson");

    try (Proxy proxy = Proxy.before(server.port())) {
      Proxy.Cut cut = proxy.cutAfter(PREFACE, Direction.TO_CLIENT, 30_000);
      CommandRun run = export(System.out, proxy.port(), server.key(), "--output", file.toString());
      assertThat(run.exit()).as(run.err()).isZero();
      assertThat(cut.isDone()).isTrue();
      assertThat(proxy.connections()).isEqualTo(2);
    }

    assertThat(users(file).stream().map(user -> user.getUser().getId()))
        .containsExactlyElementsOf(
            server.rows().texts("SELECT id FROM user ORDER BY createdAt, id"));
  }

  @Test
  void anOldFileIsNotReplaced() throws IOException {
    Path file = Files.writeString(directory.resolve("users.ndjson"), "precious\n");

    CommandRun run = export(server, "--output", file.toString());

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("--output: " + file + " exists");
    assertThat(Files.readString(file)).isEqualTo("precious\n");
  }

  @Test
  void whoGivesUpSaysWithWhichTokenToGoOnInTheSameFile() throws IOException {
    Path file = directory.resolve("users.ndjson");
    String key = CallerKey.generate().reveal();

    try (Fake fake = new Fake()) {
      fake.refuse(Status.UNAVAILABLE.asRuntimeException());
      fake.refuseAfterMessage(
          Fake.refusal(Status.Code.FAILED_PRECONDITION, Reason.TOKEN_UNREADABLE));
      CommandRun run = export(System.out, fake.port(), key, "--output", file.toString());

      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.err().lines())
          .containsExactly("TOKEN_UNREADABLE: as it was told", "go on with --resume after-one");

      fake.refuse(Status.PERMISSION_DENIED.asRuntimeException());
      assertThat(
              export(System.out, fake.port(), key, "--output", file.toString()).exit())
          .isEqualTo(2);
      export(System.out, fake.port(), key, "--output", file.toString(), "--resume", "after-one");
      export(System.out, fake.port(), key, "--output", file.toString(), "--resume", "after-one");
      assertThat(fake.pageTokens()).containsExactly("", "", "after-one", "after-one");
    }
    assertThat(Files.readAllLines(file))
        .containsExactly("{\"user\":{\"id\":\"one\"}}", "{\"user\":{\"id\":\"one\"}}");
  }

  @Test
  void whatCanNoLongerBeWrittenEndsIt() {
    OutputStream closed = new OutputStream() {
      @Override
      public void write(int each) throws IOException {
        throw new IOException("Broken pipe");
      }
    };

    try (Fake fake = new Fake()) {
      CommandRun run = export(closed, fake.port(), CallerKey.generate().reveal());

      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.err()).isEqualTo("the output can't be written: Broken pipe\n");
    }
  }

  @Test
  void whatNeverBeganLeavesNoFile() {
    Path file = directory.resolve("users.ndjson");

    CommandRun run = export(
        System.out, server.port(), CallerKey.generate().reveal(), "--output", file.toString());

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err().lines()).singleElement().asString().startsWith("CALLER_UNAUTHENTICATED: ");
    assertThat(file).doesNotExist();
  }

  @Test
  void aTokenOfAnotherExportIsRefused() {
    CommandRun run = export(server, "--resume", "no-token");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).startsWith("PAGE_TOKEN_INVALID: ");
  }

  private static List<PortableUser> several() {
    return IntStream.range(0, 250)
        .mapToObj(i -> PortableUser.newBuilder()
            .setUser(User.newBuilder().setEmail(Given.freeEmail()).setName("José 😀 " + i))
            .setPasswordHash(BCRYPT)
            .addAccounts(Given.freeAccount()
                .setAccessToken(Given.ACCESS_TOKEN)
                .setRefreshToken(Given.REFRESH_TOKEN))
            .build())
        .toList();
  }

  private CommandRun export(TestServer from, String... arguments) {
    return export(System.out, from.port(), from.key(), arguments);
  }

  private CommandRun export(OutputStream pipe, int port, String key, String... arguments) {
    String[] all = new String[arguments.length + 4];
    all[0] = "--target";
    all[1] = "127.0.0.1:" + port;
    all[2] = "--key-file";
    all[3] = RemoteRun.keyFile(directory, key).toString();
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    return RemoteRun.of(new ExportCommand(pipe, RemoteRun.QUICK), all);
  }

  /** Without what is a server's own to say. */
  private static List<PortableUser> users(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> UserJson.parse(line.getBytes(UTF_8)).toBuilder())
        .map(user -> {
          user.getUserBuilder().clearUpdatedAt();
          user.getAccountsBuilderList().forEach(each -> each.clearCreatedAt().clearUpdatedAt());
          return user.build();
        })
        .toList();
  }
}
