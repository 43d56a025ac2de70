package dev.doorward.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Proxy;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.RevokeSessionRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class LostConnectionsTest {

  private static final int ROUNDS = 300;

  /** Of a method that is never repeated, so that each failure is seen. */
  private static final RevokeSessionRequest CALL = RevokeSessionRequest.newBuilder()
      .setSessionId("none")
      .setAllowMissing(true)
      .build();

  private final TestServer server;

  LostConnectionsTest(TestServer server) {
    this.server = server;
  }

  @Test
  void whatIsBegunWhileTheConnectionEndsIsUnavailable() {
    Map<Status.Code, Integer> ends = new EnumMap<>(Status.Code.class);

    try (Proxy network = Proxy.before(server.port());
        DoorwardClient client = DoorwardClient.builder("127.0.0.1:" + network.port())
            .plaintext()
            .key(server.key())
            .build()) {
      for (int round = 0; round < ROUNDS; round++) {
        client.sessions().withWaitForReady().revokeSession(CALL);
        network.drop();
        ends.merge(end(client), 1, Integer::sum);
      }
    }

    assertThat(ends).containsOnlyKeys(Status.Code.OK, Status.Code.UNAVAILABLE);
  }

  private static Status.Code end(DoorwardClient client) {
    try {
      client.sessions().revokeSession(CALL);
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }
}
