package dev.doorward.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.Await;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that are not even a sequence of messages: gRPC would call that a fault of the server's. */
@Timeout(120)
class BrokenMessagesTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final byte[] NOTHING = new byte[0];

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(TestMariaDb.shared(), "server.reflection", "true");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("requests")
  void theyAreRefusedByName(String path, String what, byte[] request) throws IOException {
    Answers answers = new Answers();
    try (Http2Socket socket = Http2Socket.speaking(server.port(), answers)) {
      socket
          .call(1, path)
          .frame(Http2Socket.DATA, Http2Socket.END_STREAM, 1, request)
          .flush();
      Await.until(LIMIT, "it is answered", () -> socket.status(1) >= 0);

      assertThat(socket.status(1)).isEqualTo(Status.Code.INVALID_ARGUMENT.value());
      assertThat(answers.last.get(1).contains("grpc-status-details-bin")).isTrue();
      // The connection goes on, and its next call is served.
      socket.call(3, "/grpc.health.v1.Health/Check").message(3).flush();
      Await.until(LIMIT, "the next is answered", () -> socket.status(3) >= 0);
      assertThat(socket.status(3)).isEqualTo(Status.Code.OK.value());
    }
  }

  static Stream<Arguments> requests() {
    return Stream.of(
            "/doorward.v1.SessionService/ValidateSession",
            "/doorward.v1.UserService/CreateUser",
            "/doorward.v1.SessionService/WatchRevocations",
            "/grpc.health.v1.Health/Check",
            "/grpc.health.v1.Health/Watch",
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
        .flatMap(path -> Stream.of(
            Arguments.of(path, "half a message", Http2Socket.prefixed(0, 30, new byte[3])),
            Arguments.of(path, "half a prefix", new byte[3]),
            Arguments.of(path, "no compression", Http2Socket.prefixed(1, 3, new byte[3])),
            Arguments.of(path, "no such flag", Http2Socket.prefixed(2, 0))));
  }

  @ParameterizedTest
  @MethodSource("methodsWithOneRequest")
  void aCallWithoutARequestIsRefusedByName(String path) throws IOException {
    theyAreRefusedByName(path, "nothing", NOTHING);
  }

  static Stream<String> methodsWithOneRequest() {
    return requests()
        .map(arguments -> (String) arguments.get()[0])
        .filter(path -> !path.contains("reflection"))
        .distinct();
  }

  private static final class Answers implements Http2Socket.Ears {

    private final Map<Integer, Http2Headers> last = new ConcurrentHashMap<>();

    @Override
    public void headers(int stream, Http2Headers headers, boolean isLast) {
      last.put(stream, headers);
    }
  }
}
