package dev.doorward.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.Main;
import dev.doorward.config.Settings;
import dev.doorward.testing.Await;
import dev.doorward.testing.FreePort;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In a process of its own: how long the JDK's server waits is one for all of a JVM, and settled by the first of them. */
class SlowAdminTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int DAWDLERS = 8;

  @Test
  void whoeverNeverEndsTheirRequestKeepsNobodyElseWaitingForLong() throws Exception {
    int port = FreePort.any();
    Process server = start(port);
    List<Socket> dawdlers = new ArrayList<>();
    try {
      Await.until(LIMIT, "the admin address answers", () -> answers(port));
      for (int i = 0; i < DAWDLERS; i++) {
        Socket dawdler = new Socket("127.0.0.1", port);
        dawdler.getOutputStream().write("GET /metr".getBytes(StandardCharsets.US_ASCII));
        dawdlers.add(dawdler);
      }

      Await.until(LIMIT, "somebody else is answered", () -> answers(port));

      for (Socket dawdler : dawdlers) {
        dawdler.setSoTimeout((int) LIMIT.toMillis());
        assertThat(isLetGo(dawdler)).isTrue();
      }
    } finally {
      for (Socket dawdler : dawdlers) {
        dawdler.close();
      }
      server.destroyForcibly().waitFor();
    }
  }

  /** Waits until it is. */
  private static boolean isLetGo(Socket dawdler) throws IOException {
    try {
      return dawdler.getInputStream().read() == -1;
    } catch (SocketException e) {
      return true; // It was reset.
    }
  }

  private static boolean answers(int port) {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/livez"))
        .timeout(Duration.ofSeconds(2))
        .build();
    try {
      return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Process start(int port) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "serve")
        .inheritIO();
    TestServer.settings(TestMariaDb.shared(), "admin.port", Integer.toString(port))
        .forEach((key, value) ->
            builder.environment().put(new Settings.Key(key, "", "").variable(), value));
    return builder.start();
  }
}
