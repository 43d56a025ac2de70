package dev.doorward.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.doorward.testing.Await;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections by the thousand, of which no more are held than the limits say. */
@Timeout(300)
class ManyConnectionsTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Or as many as this process may have files open. */
  private static final int IDLE = Math.min(10_000, openFilesLeft() - 1000);

  private static final int ADDRESSES = 100;

  @Test
  void tenThousandIdleConnectionsAreClosedAndNobodyElseNotices() throws IOException {
    System.out.println(IDLE + " idle connections");
    try (TestServer server = TestServer.start(
            TestMariaDb.shared(),
            "limit.connections",
            "20000",
            "limit.handshake",
            "5s",
            "limit.connection-idle",
            "5s");
        Bystanders bystanders = new Bystanders(server)) {
      Memory before = Memory.now();
      try (IdleConnections idle = new IdleConnections(server.port(), IDLE, ADDRESSES)) {
        idle.awaitClosed(IDLE);
      }
      bystanders.assertServed();
      before.awaitReturn();
    }
  }

  @Test
  void ofTenThousandThoseBeyondTheLimitAreClosedAtOnce() throws IOException {
    int limit = IDLE / 2;
    try (TestServer server = TestServer.start(
            TestMariaDb.shared(),
            "limit.connections",
            Integer.toString(limit),
            "limit.handshake",
            "2m",
            "limit.connection-idle",
            "1h");
        Bystanders bystanders = new Bystanders(server)) {
      Memory before = Memory.now();
      try (IdleConnections idle = new IdleConnections(server.port(), IDLE, ADDRESSES)) {
        idle.awaitClosed(IDLE - limit);
        bystanders.assertServed();
      }
      bystanders.assertServed();
      before.awaitReturn();
    }
  }

  @Test
  void oneAddressHoldsNoMoreThanItsShare() throws IOException {
    try (TestServer server =
            TestServer.start(TestMariaDb.shared(), "limit.connections-per-address", "50");
        Bystanders bystanders = new Bystanders(server)) {
      List<Http2Socket> sockets = new ArrayList<>();
      for (int i = 0; i < 80; i++) {
        sockets.add(Http2Socket.connect(server.port()));
      }

      Await.until(
          LIMIT,
          "those beyond are closed",
          () -> sockets.stream().filter(Http2Socket::isClosed).count() >= 30);
      bystanders.assertServed();
      assertThat(sockets.stream().filter(Http2Socket::isClosed)).hasSize(30);

      sockets.get(0).close();
      Await.until(LIMIT, "a place is free again", () -> isTaken(server));
      sockets.forEach(Http2Socket::close);
    }
  }

  @Test
  void allTogetherHoldNoMoreThanTheLimit() throws IOException {
    try (TestServer server = TestServer.start(TestMariaDb.shared(), "limit.connections", "20")) {
      server.given().user();
      List<Http2Socket> sockets = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        sockets.add(Http2Socket.connect(server.port()));
      }

      Await.until(
          LIMIT,
          "those beyond are closed",
          () -> sockets.stream().filter(Http2Socket::isClosed).count() >= 21);
      server.given().user();
      assertThat(sockets.stream().filter(Http2Socket::isClosed)).hasSize(21);
      sockets.forEach(Http2Socket::close);
    }
  }

  private static boolean isTaken(TestServer server) {
    try (Http2Socket socket = Http2Socket.speaking(server.port())) {
      socket.frame(Http2Socket.PING, 0, 0, new byte[8]).flush();
      socket.call(1, "/nothing/Nothing").message(1);
      socket.flush();
      Await.until(
          LIMIT, "it is taken or refused", () -> socket.isClosed() || socket.status(1) >= 0);
      return !socket.isClosed();
    } catch (IOException e) {
      return false;
    }
  }

  private static int openFilesLeft() {
    UnixOperatingSystemMXBean system =
        (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return (int) Math.min(
        Integer.MAX_VALUE,
        system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount());
  }
}
