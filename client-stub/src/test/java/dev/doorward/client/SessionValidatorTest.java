package dev.doorward.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.Await;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class SessionValidatorTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final TestServer server;
  private final DoorwardClient client;
  private final SessionValidator validator;

  SessionValidatorTest(TestServer server) {
    this.server = server;
    this.client = DoorwardClient.builder("localhost:" + server.port())
        .plaintext()
        .key(server.key())
        .build();
    this.validator = client.validator();
  }

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void aGoodTokenIsAskedAboutOnceAndThenAnsweredFromMemory() {
    awaitLease();
    User user = server.given().user();
    Session session = server.given().session(user);

    ValidateSessionResponse first =
        validator.validate(session.getSessionToken()).orElseThrow();
    ValidateSessionResponse second =
        validator.validate(session.getSessionToken()).orElseThrow();

    assertThat(first.getUser()).isEqualTo(user);
    assertThat(first.getSession().getId()).isEqualTo(session.getId());
    assertThat(second).isSameAs(first);
    assertThat(validator.stats().fills()).isOne();
    assertThat(validator.stats().hits()).isOne();
    assertThat(validator.stats().misses()).isOne();
  }

  @Test
  void aRevokedSessionLeavesMemory() {
    awaitLease();
    Session session = server.given().session();
    assertThat(validator.validate(session.getSessionToken())).isPresent();

    revoke(session);

    Await.until(
        LIMIT,
        "the session is refused",
        () -> validator.validate(session.getSessionToken()).isEmpty());
    assertThat(validator.stats().evictions()).isOne();
  }

  @Test
  void aChangeOfTheUserShows() {
    awaitLease();
    User user = server.given().user();
    Session session = server.given().session(user);
    assertThat(validator.validate(session.getSessionToken())).isPresent();

    server
        .users()
        .updateUser(UpdateUserRequest.newBuilder()
            .setUser(User.newBuilder().setId(user.getId()).setName("Countess of Lovelace"))
            .build());

    Await.until(
        LIMIT,
        "the new name is told",
        () -> validator
            .validate(session.getSessionToken())
            .orElseThrow()
            .getUser()
            .getName()
            .equals("Countess of Lovelace"));
  }

  private void awaitLease() {
    Await.until(LIMIT, "a lease is held", () -> !validator.stats().leaseLeft().isZero());
  }

  private void revoke(Session session) {
    server
        .sessions()
        .revokeSession(
            RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build());
  }
}
