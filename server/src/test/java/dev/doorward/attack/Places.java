package dev.doorward.attack;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.doorward.testing.Await;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** What a server has a limited number of. To see whether all are free, all are taken: one that was lost would be missing. */
final class Places {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String UPDATE = "/doorward.v1.UserService/UpdateUser";
  private static final String WATCH = "/doorward.v1.SessionService/WatchRevocations";
  private static final int EXHAUSTED = Status.Code.RESOURCE_EXHAUSTED.value();

  /** For reads, writes and logs, with the default settings. */
  private static final int POOLED = 8 + 16 + 2;

  private static final int FILES_MARGIN = 20;

  private final TestServer server;
  private final int calls;
  private final int streams;
  private final long files;

  /** At a moment at which nothing else goes on, on a server with these limits. */
  Places(TestServer server, int calls, int streams) {
    this.server = server;
    this.calls = calls;
    this.streams = streams;
    this.files = files();
  }

  void awaitAllFree() {
    Await.until(LIMIT, "every place of a call is free", this::canTakeAllCalls);
    Await.until(LIMIT, "every place of a stream is free", this::canTakeAllStreams);
    Await.until(LIMIT, "no transaction is open", () -> server.rows().transactions() == 0);
    Await.until(
        LIMIT,
        "there are only the pools' connections to the database",
        () -> databaseConnections() == POOLED + 1); // And the one that counts.
    Await.until(
        LIMIT,
        "about as many files are open as before: " + files,
        () -> files() <= files + FILES_MARGIN);
  }

  /** As many as there are wait for one row, and only the one beyond is refused. */
  private boolean canTakeAllCalls() {
    User user = server.given().user();
    byte[] request = UpdateUserRequest.newBuilder()
        .setUser(User.newBuilder().setId(user.getId()).setName("x"))
        .build()
        .toByteArray();
    try (Connection held = server.rows().connect();
        Http2Socket socket = Http2Socket.speaking(server.port())) {
      held.setAutoCommit(false);
      held.prepareStatement("SELECT id FROM user FOR UPDATE").executeQuery();
      boolean free = takes(socket, UPDATE, request, calls);
      held.rollback();
      Await.until(LIMIT, "all are answered", () -> socket.statuses().size() == calls + 1);
      return free;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private boolean canTakeAllStreams() {
    try (Http2Socket socket = Http2Socket.speaking(server.port())) {
      return takes(socket, WATCH, new byte[0], streams);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean takes(Http2Socket socket, String method, byte[] request, int places)
      throws IOException {
    int beyond = 2 * places + 1;
    for (int stream = 1; stream <= beyond; stream += 2) {
      socket.call(stream, method).message(stream, request);
    }
    socket.flush();
    Await.until(LIMIT, "the one beyond is refused", () -> socket.status(beyond) >= 0);
    return socket.status(beyond) == EXHAUSTED && socket.statuses().size() == 1;
  }

  private long databaseConnections() {
    return server.rows().count("information_schema.processlist WHERE db = DATABASE()");
  }

  private static long files() {
    return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getOpenFileDescriptorCount();
  }
}
