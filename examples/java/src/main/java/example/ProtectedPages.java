package example;

import com.sun.net.httpserver.HttpExchange;
import dev.doorward.client.DoorwardClient;
import dev.doorward.v1.RevokeSessionRequest;
import example.SessionFilter.SignedIn;
import java.util.Map;

/** What only those can reach who are signed in. */
final class ProtectedPages {

  private final DoorwardClient doorward;

  ProtectedPages(DoorwardClient doorward) {
    this.doorward = doorward;
  }

  Answer me(HttpExchange exchange) {
    return Answer.of(
        200, Map.of("user", Answer.user(SignedIn.of(exchange).valid().getUser())));
  }

  Answer signOut(HttpExchange exchange) {
    doorward
        .sessions()
        .revokeSession(RevokeSessionRequest.newBuilder()
            .setSessionToken(SignedIn.of(exchange).token())
            .setAllowMissing(true)
            .build());
    return Answer.of(204);
  }
}
