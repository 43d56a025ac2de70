package dev.doorward.session;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.ValidateSessionResponse;
import io.grpc.Status;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @Test
  void anExpiredSessionIsGone() {
    Session session = server.given().session();
    Session neighbour = server.given().session();

    server
        .rows()
        .change("UPDATE session SET expires = UTC_TIMESTAMP(6) WHERE id = ?", session.getId());

    assertNotFound(session.getSessionToken());
    assertThat(validate(neighbour.getSessionToken()).getSession().getId())
        .isEqualTo(neighbour.getId());
  }

  @Test
  void aUserWhomSomebodyDisabledBesideUsIsRefused() {
    Session session = server.given().session();

    server
        .rows()
        .change("UPDATE user SET disabledAt = UTC_TIMESTAMP(6) WHERE id = ?", session.getUserId());

    assertNotFound(session.getSessionToken());
  }

  @Test
  void onlyTheVeryTokenIsGood() {
    String token = server.given().session().getSessionToken();

    assertNotFound(token.toUpperCase(Locale.ROOT));
    assertNotFound(token.toLowerCase(Locale.ROOT));
    assertNotFound(token + " ");
    assertNotFound(" " + token);
    assertNotFound(token + "\u0000");
    assertNotFound(token.substring(0, token.length() - 1));
    assertNotFound(token.substring(4));
    assertNotFound(SessionToken.of(token).hash());
    assertThat(validate(token).hasUser()).isTrue();
  }

  @Test
  void aTokenThatACallerBroughtIsComparedByteForByte() {
    String token = "Bridged-Token-" + UUID.randomUUID();
    server
        .sessions()
        .createSession(CreateSessionRequest.newBuilder()
            .setUserId(server.given().user().getId())
            .setSessionToken(token)
            .build());

    assertNotFound(token.toUpperCase(Locale.ROOT));
    assertNotFound(token + " ");
    assertThat(validate(token).hasUser()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", " ", "🦊", "' OR ''='", "dws_", "%", "\u0000"})
  void garbageIsNotFound(String token) {
    assertNotFound(token);
    assertNotFound(token.repeat(10_000));
  }

  @Test
  void aTokenIsRequired() {
    assertInvalid(() -> validate(""), "session_token");
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
