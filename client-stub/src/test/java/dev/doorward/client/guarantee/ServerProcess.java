package dev.doorward.client.guarantee;

import dev.doorward.Main;
import dev.doorward.config.Settings;
import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.testing.Await;
import dev.doorward.testing.Given;
import dev.doorward.testing.Rows;
import dev.doorward.testing.Signal;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.CreateUserRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.User;
import dev.doorward.v1.UserServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, and a way to it that no fault of the network is on. */
final class ServerProcess implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(1);
  private static final Pattern SERVING = Pattern.compile(".* serving on 127\\.0\\.0\\.1:(\\d+) .*");

  /** The first line of a dump of threads. */
  private static final Pattern TIME_LINE = Pattern.compile("[-\\d]{10} [:\\d]{8}");

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private final Rows rows;
  private final Map<String, String> environment;
  private JavaProcess process;
  private volatile ManagedChannel channel;
  private volatile boolean available;
  private volatile int port;
  private volatile String lastLine = "";
  private volatile String timeLine = "";

  private ServerProcess(Rows rows, Map<String, String> environment) {
    this.rows = rows;
    this.environment = environment;
    start();
  }

  static ServerProcess start(EmbeddedMariaDb mariaDb, Map<String, String> environment) {
    Map<String, String> variables = new HashMap<>(environment);
    TestServer.settings(mariaDb)
        .forEach((key, value) -> variables.put(new Settings.Key(key, "", "").variable(), value));
    return new ServerProcess(new Rows(mariaDb), variables);
  }

  int port() {
    return port;
  }

  /** Whether it is worth while to call it. */
  boolean isAvailable() {
    return available;
  }

  /** What time it is by its wall clock. */
  LocalDateTime time() {
    timeLine = "";
    process.send(Signal.QUIT);
    Await.until(START, "the server says what time it is", () -> !timeLine.isEmpty());
    return LocalDateTime.parse(timeLine, TIME);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void pause() {
    available = false;
    process.send(Signal.STOP);
  }

  void resume() {
    process.send(Signal.CONT);
    available = true;
  }

  void kill() {
    available = false;
    process.kill();
  }

  /** Asks it to stop, and returns when it has. */
  void stop() {
    available = false;
    process.close();
  }

  /** As before, but for the port. */
  void restart() {
    channel.shutdownNow();
    start();
  }

  Session openSession(Duration patience) {
    User user = UserServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS)
        .createUser(CreateUserRequest.newBuilder()
            .setUser(User.newBuilder().setEmail(Given.freeEmail()))
            .build())
        .getUser();
    return SessionServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS)
        .createSession(CreateSessionRequest.newBuilder().setUserId(user.getId()).build())
        .getSession();
  }

  /** Returns when it is acknowledged, and can be repeated until then. */
  void revoke(Session session, Duration patience) {
    SessionServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS)
        .revokeSession(RevokeSessionRequest.newBuilder()
            .setSessionId(session.getId())
            .setAllowMissing(true)
            .build());
  }

  @Override
  public void close() {
    available = false;
    channel.shutdownNow();
    process.close();
  }

  private void start() {
    port = 0;
    process = JavaProcess.start(List.of(), Main.class, List.of("serve"), environment, this::hear);
    Await.until(START, "the server listens: " + lastLine, () -> port != 0 || !process.isAlive());
    if (port == 0) {
      throw new AssertionError("the server has not started: " + lastLine);
    }
    TestServer.introduceCaller(rows);
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
        .usePlaintext()
        .intercept(TestServer.credential())
        .build();
    available = true;
  }

  private void hear(String line) {
    lastLine = line;
    Matcher serving = SERVING.matcher(line);
    if (serving.matches()) {
      port = Integer.parseInt(serving.group(1));
    }
    if (TIME_LINE.matcher(line).matches()) {
      timeLine = line;
    }
  }
}
