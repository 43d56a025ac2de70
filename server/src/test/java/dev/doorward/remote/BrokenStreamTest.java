package dev.doorward.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.caller.CallerKey;
import dev.doorward.development.Certificates;
import dev.doorward.error.Reason;
import dev.doorward.testing.Await;
import dev.doorward.testing.CommandRun;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.FreePort;
import dev.doorward.testing.Given;
import dev.doorward.testing.Proxy;
import dev.doorward.testing.Proxy.Direction;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Imports whose stream breaks, does not answer or never begins. */
@Timeout(120)
@ExtendWith(DoorwardExtension.class)
class BrokenStreamTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final TestServer server;

  @TempDir
  private Path directory;

  BrokenStreamTest(TestServer server) {
    this.server = server;
  }

  @ParameterizedTest
  @EnumSource
  void whatWasNotAnsweredIsSentAgainAndNobodyIsDoubledOrLeftOut(Direction direction)
      throws IOException {
    List<String> emails =
        IntStream.range(0, 3000).mapToObj(i -> Given.freeEmail()).toList();
    Path file = Files.write(
        directory.resolve("users.ndjson"), emails.stream().map(RemoteRun::line).toList());
    long before = server.rows().count("user");

    CommandRun run;
    try (Proxy proxy = Proxy.before(server.port())) {
      Proxy.Cut cut = proxy.cutAfter(emails.get(1700), direction, 1000);
      run = run(proxy.port(), server.key(), file.toString());
      assertThat(cut.isDone()).isTrue();
    }

    assertThat(run.exit()).as(run.err()).isZero();
    // Whose answer was lost are here already when they are sent again.
    assertThat(run.out()).matches("created \\d+, existing \\d+, refused 0\n");
    assertThat(List.of(run.out().split("\\D+")).stream()
            .filter(number -> !number.isEmpty())
            .mapToInt(Integer::parseInt)
            .sum())
        .isEqualTo(3000);
    assertThat(server.rows().count("user")).isEqualTo(before + 3000);
    assertThat(server.rows().texts("SELECT email FROM user")).containsAll(emails);
  }

  @Test
  void whatPassesIsTriedAgainAndTheOrderStays() throws IOException {
    List<String> emails =
        IntStream.range(0, 3000).mapToObj(i -> Given.freeEmail()).toList();
    Path file = Files.write(
        directory.resolve("users.ndjson"), emails.stream().map(RemoteRun::line).toList());

    try (Fake fake = new Fake()) {
      fake.refuse(
          Fake.refusal(Status.Code.RESOURCE_EXHAUSTED, Reason.OVERLOADED),
          Fake.refusal(Status.Code.ABORTED, Reason.CONFLICT),
          Fake.refusal(Status.Code.UNAVAILABLE, Reason.OUTCOME_UNKNOWN),
          Status.UNAVAILABLE.asRuntimeException(),
          Status.INTERNAL.asRuntimeException());
      CommandRun run = run(fake.port(), CallerKey.generate().reveal(), file.toString());

      assertThat(run.out()).isEqualTo("created 3000, existing 0, refused 0\n");
      assertThat(fake.streams()).isEqualTo(6);
      assertThat(fake.received()).isEqualTo(emails);
    }
  }

  @Test
  void whoGivesUpSaysWhereToGoOn() throws IOException {
    Path file = Files.writeString(
        directory.resolve("users.ndjson"), RemoteRun.lines(500) + "\nx\n" + RemoteRun.lines(700));

    try (Fake fake = new Fake()) {
      fake.answer(1, Fake.refusal(Status.Code.UNAVAILABLE, Reason.DATABASE_UNAVAILABLE));
      CommandRun run = run(fake.port(), CallerKey.generate().reveal(), file.toString());

      assertThat(run.exit()).isEqualTo(69);
      assertThat(run.out()).isEqualTo("created 500, existing 0, refused 0\n");
      assertThat(run.err())
          .contains(
              "no answer from 127.0.0.1:" + fake.port()
                  + " in 10 attempts: DATABASE_UNAVAILABLE: as it was told",
              "go on with --from-line 501");
      assertThat(fake.streams()).isEqualTo(10);

      fake.answerAll();
      CommandRun rest =
          run(fake.port(), CallerKey.generate().reveal(), "--from-line", "501", file.toString());
      assertThat(rest.out()).isEqualTo("created 700, existing 0, refused 1\n");
      assertThat(fake.received()).hasSize(1200).doesNotHaveDuplicates();
    }
  }

  @Test
  void aCallerThatIsNotLetInAnyMoreDoesNotTryAgain() throws IOException {
    Path file = Files.writeString(directory.resolve("users.ndjson"), RemoteRun.lines(1200));

    try (Fake fake = new Fake()) {
      fake.answer(2, Fake.refusal(Status.Code.UNAUTHENTICATED, Reason.CALLER_UNAUTHENTICATED));
      CommandRun run = run(fake.port(), CallerKey.generate().reveal(), file.toString());

      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.out()).isEqualTo("created 1000, existing 0, refused 0\n");
      assertThat(run.err())
          .contains("CALLER_UNAUTHENTICATED: as it was told", "go on with --from-line 1001");
      assertThat(fake.streams()).isOne();
    }
  }

  @Test
  void noMoreIsReadThanIsAnswered() throws Exception {
    String lines = RemoteRun.lines(20_000);
    ByteArrayInputStream pipe = new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8));

    try (Fake fake = new Fake()) {
      fake.answer(0, null);
      FutureTask<CommandRun> task = new FutureTask<>(() -> RemoteRun.of(
          new ImportCommand(pipe, RemoteRun.QUICK),
          "--target",
          "127.0.0.1:" + fake.port(),
          "--key-file",
          RemoteRun.keyFile(directory, CallerKey.generate().reveal()).toString(),
          "-"));
      Thread thread = new Thread(task, "import");
      thread.start();
      Await.until(
          LIMIT,
          "it waits for an answer",
          () -> fake.messages() >= 4 && thread.getState() == Thread.State.WAITING);

      assertThat(fake.messages()).isEqualTo(4);
      int read = lines.length() - pipe.available();
      assertThat(read).isLessThan(4 * 500 * (lines.length() / 20_000) + (1 << 17));

      fake.answerAll();
      assertThat(task.get().out()).isEqualTo("created 20000, existing 0, refused 0\n");
      assertThat(fake.messages()).isEqualTo(40);
    }
  }

  @Test
  void aServerThatIsNotThereIsNamedInOneLine() throws IOException {
    Path file = Files.writeString(directory.resolve("users.ndjson"), RemoteRun.lines(1));
    int port = FreePort.any();

    CommandRun run = run(port, CallerKey.generate().reveal(), file.toString());

    assertThat(run.exit()).isEqualTo(69);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .startsWith("no answer from 127.0.0.1:" + port + " in 10 attempts: UNAVAILABLE: ")
        .contains("Connection refused");
  }

  @Test
  void aKeyIsOnlySentToAServerThatHasProvedWhoItIs() throws IOException {
    Path file = Files.writeString(directory.resolve("users.ndjson"), RemoteRun.lines(2));
    try (Certificates ours = Certificates.in(directory.resolve("ours"));
        Certificates theirs = Certificates.in(directory.resolve("theirs"))) {
      Certificates.Issued identity = ours.issue("server", "dns:localhost,ip:127.0.0.1", 90);
      try (TestServer tls = TestServer.start(
          TestMariaDb.shared(),
          "server.tls-certificate",
          identity.certificate().toString(),
          "server.tls-key",
          identity.key().toString())) {
        CommandRun believed =
            run(tls.port(), tls.key(), "--tls-ca", ours.authority().toString(), file.toString());
        assertThat(believed.out()).as(believed.err()).startsWith("created 2,");

        CommandRun doubted =
            run(tls.port(), tls.key(), "--tls-ca", theirs.authority().toString(), file.toString());
        assertThat(doubted.exit()).isEqualTo(69);
        assertThat(doubted.err().lines()).hasSize(1);
      }
    }
    try (Fake plain = new Fake()) {
      CommandRun elsewhere = RemoteRun.of(
          new ImportCommand(System.in, RemoteRun.QUICK),
          "--target",
          "0.0.0.0:" + plain.port(), // Leads here, but who knows?
          "--key-file",
          RemoteRun.keyFile(directory, CallerKey.generate().reveal()).toString(),
          file.toString());
      assertThat(elsewhere.exit()).isEqualTo(69);
      assertThat(plain.streams()).isZero();
    }
  }

  private CommandRun run(int port, String key, String... arguments) {
    String[] all = new String[arguments.length + 4];
    all[0] = "--target";
    all[1] = "127.0.0.1:" + port;
    all[2] = "--key-file";
    all[3] = RemoteRun.keyFile(directory, key).toString();
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    return RemoteRun.of(new ImportCommand(System.in, RemoteRun.QUICK), all);
  }
}
