package dev.doorward.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.Certificates;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Handshakes of TLS that take forever are cut off in time, however many there are; whoever speaks at once is served. */
@Timeout(180)
class SlowHandshakeTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Over the limit of the server, and well under the 10 s of netty's own. */
  private static final Duration LONGER = Duration.ofSeconds(3);

  private static final int CONNECTIONS = 300;

  @TempDir
  static Path directory;

  private static Certificates authority;
  private static Certificates.Issued identity;
  private static byte[] hello;

  @BeforeAll
  static void prepare() throws IOException, GeneralSecurityException {
    authority = Certificates.in(directory);
    identity = authority.issue("server", "dns:localhost,ip:127.0.0.1", 90);
    hello = clientHello();
  }

  @AfterAll
  static void close() throws IOException {
    authority.close();
  }

  @Test
  void theyAreCutOffAndNobodyElseNotices() throws IOException {
    try (TestServer data = TestServer.start(TestMariaDb.shared());
        TestServer server = start("2s");
        Bystanders bystanders = new Bystanders(data.given().session(), () -> channel(server))) {
      Memory before = Memory.now();
      assertThat(isCutOff(server, LIMIT, 1)).isTrue();
      assertThat(isCutOff(server, LIMIT, CONNECTIONS)).isTrue();

      bystanders.assertServed();
      before.awaitReturn();
    }
  }

  /** They end because of the limit, and for no other reason. */
  @Test
  void withoutTheLimitTheyAreNot() throws IOException {
    try (TestServer server = start("2m")) {
      assertThat(isCutOff(server, LONGER, 1)).isFalse();
    }
  }

  /** A third says half of its hello, byte by byte; a third all of it, and then nothing; a third never a word. */
  private static boolean isCutOff(TestServer server, Duration patience, int connections)
      throws IOException {
    List<Http2Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 3 * connections; i++) {
        slow.add(Http2Socket.connect(server.port()));
      }
      for (int at = 0; at < hello.length / 2; at++) {
        for (int i = 0; i < slow.size(); i++) {
          say(slow.get(i), at, i % 3);
        }
        if (Floods.within(
            Duration.ofMillis(20), () -> slow.stream().allMatch(Http2Socket::isClosed))) {
          return true;
        }
      }
      return Floods.within(patience, () -> slow.stream().allMatch(Http2Socket::isClosed));
    } finally {
      slow.forEach(Http2Socket::close);
    }
  }

  private static void say(Http2Socket socket, int at, int kind) {
    try {
      if (kind == 0) {
        socket.raw().write(hello[at]);
      } else if (kind == 1 && at == 0) {
        socket.raw().write(hello);
      }
      socket.flush();
    } catch (IOException e) {
      // It has been cut off.
    }
  }

  private static byte[] clientHello() throws IOException, GeneralSecurityException {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 1);
    engine.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
    return Arrays.copyOf(hello.array(), hello.position());
  }

  private static TestServer start(String handshake) {
    return TestServer.start(
        TestMariaDb.shared(),
        "server.tls-certificate",
        identity.certificate().toString(),
        "server.tls-key",
        identity.key().toString(),
        "limit.handshake",
        handshake);
  }

  private static ManagedChannel channel(TestServer server) {
    try {
      return Grpc.newChannelBuilder(
              "localhost:" + server.port(),
              TlsChannelCredentials.newBuilder()
                  .trustManager(authority.authority().toFile())
                  .build())
          .intercept(TestServer.credential())
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
