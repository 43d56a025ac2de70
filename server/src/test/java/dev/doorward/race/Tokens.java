package dev.doorward.race;

import static dev.doorward.testing.Refusals.reason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.StatusRuntimeException;
import java.util.Collection;
import java.util.List;

/** Which session tokens a server takes. */
final class Tokens {

  private final TestServer server;

  Tokens(TestServer server) {
    this.server = server;
  }

  boolean isGood(String token) {
    try {
      server
          .sessions()
          .validateSession(
              ValidateSessionRequest.newBuilder().setSessionToken(token).build());
      return true;
    } catch (StatusRuntimeException e) {
      assertThat(reason(e)).isEqualTo(Reason.SESSION_NOT_FOUND);
      return false;
    }
  }

  List<String> good(Collection<String> tokens) {
    return tokens.stream().filter(this::isGood).toList();
  }
}
