package dev.doorward.session;

import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.ValidateSessionResponse;
import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class ValidateSessionTest {

  private final TestServer server;

  ValidateSessionTest(TestServer server) {
    this.server = server;
  }

  @Test
  void aGoodTokenGivesItsSessionAndUserWithoutTheToken() {
    User user = server.given().user();
    Session opened = server.given().session(user);

    ValidateSessionResponse answer = validate(opened.getSessionToken());

    assertThat(answer.getSession())
        .isEqualTo(opened.toBuilder().clearSessionToken().build());
    assertThat(answer.getUser()).isEqualTo(user);
  }

  @Test
  void theSessionsOfADisabledUserAreGone() {
    User user = server.given().user();
    Session session = server.given().session(user);
    Session neighbour = server.given().session();

    server
        .users()
        .disableUser(DisableUserRequest.newBuilder().setUserId(user.getId()).build());

    assertNotFound(session.getSessionToken());
    assertThat(validate(neighbour.getSessionToken()).getSession().getId())
        .isEqualTo(neighbour.getId());
  }

  private ValidateSessionResponse validate(String token) {
    return server
        .sessions()
        .validateSession(
            ValidateSessionRequest.newBuilder().setSessionToken(token).build());
  }

  private void assertNotFound(String token) {
    assertRefused(Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND, () -> validate(token));
  }
}
