package dev.doorward.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.Main;
import dev.doorward.caller.CallerKey;
import dev.doorward.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands in processes of their own that are asked to stop. */
@Timeout(120)
class InterruptedTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir
  private Path directory;

  private Fake fake;
  private Process process;

  @BeforeEach
  void serve() {
    fake = new Fake();
  }

  @AfterEach
  void stop() {
    process.destroyForcibly();
    fake.close();
  }

  @Test
  void anImportSaysWhatWasDoneAndWhereToGoOn() throws Exception {
    fake.answer(2, null);
    start("import", "-");
    process.getOutputStream().write(RemoteRun.lines(3100).getBytes(UTF_8));
    process.getOutputStream().flush();
    // The sixth is sent when the second is answered.
    Await.until(LIMIT, "two messages were answered", () -> fake.messages() == 6);

    interrupt();

    assertThat(out()).isEqualTo("created 1000, existing 0, refused 0\n");
    assertThat(err()).contains("go on with --from-line 1001").doesNotContain("Exception");
  }

  @Test
  void anExportSaysWithWhichTokenToGoOn() throws Exception {
    Path file = directory.resolve("users.ndjson");
    start("export", "--output", file.toString());
    Await.until(LIMIT, "a message was written", () -> file.toFile().length() > 0);

    interrupt();

    assertThat(err()).isEqualTo("go on with --resume after-one\n");
    assertThat(Files.readString(file)).isEqualTo("{\"user\":{\"id\":\"one\"}}\n");
  }

  private void start(String command, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-classpath",
        System.getProperty("java.class.path"),
        Main.class.getName(),
        command,
        "--target",
        "127.0.0.1:" + fake.port(),
        "--key-file",
        RemoteRun.keyFile(directory, CallerKey.generate().reveal()).toString()));
    all.addAll(List.of(arguments));
    process = new ProcessBuilder(all)
        .redirectOutput(directory.resolve("out").toFile())
        .redirectError(directory.resolve("err").toFile())
        .start();
  }

  /** By SIGTERM, which ends a process as SIGINT does; but nobody who started us can have it ignored. */
  private void interrupt() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private String out() throws IOException {
    return Files.readString(directory.resolve("out"));
  }

  private String err() throws IOException {
    return Files.readString(directory.resolve("err"));
  }
}
