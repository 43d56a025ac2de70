package example;

import com.sun.net.httpserver.HttpServer;
import dev.doorward.client.DoorwardClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP service whose users sign up, in and out, and are known at its protected endpoints. */
public final class Main {

  private static final int THREADS = 16;

  public static void main(String[] arguments) throws IOException {
    DoorwardClient doorward = connect(System.getenv("DOORWARD_TARGET"));
    doorward.validator(); // Begins to follow what is revoked, before the first request comes.
    SignIn signIn = new SignIn(doorward);
    ProtectedPages pages = new ProtectedPages(doorward);

    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    http.setExecutor(threads);
    Endpoint.serve(http, "GET /healthz", exchange -> Answer.of(204));
    Endpoint.serve(http, "GET /cache", exchange -> CacheFigures.of(doorward.validator()));
    Endpoint.serve(http, "POST /sign-up", signIn::signUp);
    Endpoint.serve(http, "POST /sign-in", signIn::signIn);
    SessionFilter session = new SessionFilter(doorward.validator());
    Endpoint.serve(http, "POST /sign-out", pages::signOut).getFilters().add(session);
    Endpoint.serve(http, "GET /me", pages::me).getFilters().add(session);

    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      http.stop(1);
      threads.shutdownNow();
      doorward.close();
    }));
    http.start();
    System.out.println("listening on 127.0.0.1:" + http.getAddress().getPort());
  }

  /** Over TLS, unless it is this very machine. */
  private static DoorwardClient connect(String target) {
    DoorwardClient.Builder builder =
        DoorwardClient.builder(target).keyFile(Path.of(System.getenv("DOORWARD_KEY_FILE")));
    return target.matches("(localhost|127\\.[\\d.]+|\\[::1\\]):\\d+")
        ? builder.plaintext().build()
        : builder.build();
  }
}
