package dev.doorward.session;

import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.error.Reason;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.UpdateSessionRequest;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Status;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenAtRestTest {

  private static EmbeddedMariaDb mariaDb;
  private static TestServer hashed;
  private static TestServer plain;

  /** On a MariaDB that does not write down its statements: they have the tokens that the table has. */
  @BeforeAll
  static void start() {
    mariaDb = TestMariaDb.fresh(TestMariaDb.SILENT, "--slow-query-log=0");
    hashed = TestServer.start(mariaDb);
    plain = TestServer.start(mariaDb, "session.token-at-rest", "plain");
  }

  @AfterAll
  static void stop() {
    plain.close();
    hashed.close();
    mariaDb.close();
  }

  @Test
  void aHashedTokenIsKeptAsItsSha256InHex() {
    Session session = hashed.given().session();

    assertThat(stored(session))
        .matches("[0-9a-f]{64}")
        .isEqualTo(hashed.rows().text("SELECT SHA2(?, 256)", session.getSessionToken()));
  }

  @Test
  void aPlainTokenIsKeptAsItIs() {
    Session session = plain.given().session();

    assertThat(stored(session)).isEqualTo(session.getSessionToken());
    assertThat(isGood(plain, session.getSessionToken())).isTrue();
  }

  @Test
  void aPlainTokenIsComparedByteForByte() {
    Session session = plain.given().session();
    plain
        .rows()
        .change(
            "UPDATE session SET sessionToken = CONCAT('Better-Auth-Token-', id) WHERE id = ?",
            session.getId());
    String token = stored(session);

    assertThat(isGood(plain, token)).isTrue();
    assertThat(isGood(plain, token.toUpperCase(Locale.ROOT))).isFalse();
    assertThat(isGood(plain, token + " ")).isFalse();
  }

  @Test
  void aTokenThatLiesThereInPlainIsNoneForAServerThatHashes() {
    Session session = plain.given().session();

    assertThat(isGood(hashed, session.getSessionToken())).isFalse();
    assertNotFound(() -> hashed
        .sessions()
        .revokeSession(RevokeSessionRequest.newBuilder()
            .setSessionToken(session.getSessionToken())
            .build()));
    assertNotFound(() -> hashed
        .sessions()
        .updateSession(UpdateSessionRequest.newBuilder()
            .setSessionToken(session.getSessionToken())
            .setSession(Session.newBuilder().setUserAgent("x"))
            .build()));
    assertThat(isGood(plain, session.getSessionToken())).isTrue();
  }

  @Test
  void whatLiesThereHashedIsNoTokenForAServerThatHashes() {
    Session session = hashed.given().session();

    assertThat(isGood(hashed, stored(session))).isFalse();
  }

  @Test
  void aPlainTableIsHashedByOneStatementAndLogsNobodyOut() {
    Session session = plain.given().session();

    plain
        .rows()
        .change(
            "UPDATE session SET sessionToken = SHA2(sessionToken, 256) WHERE id = ?",
            session.getId());

    assertThat(isGood(hashed, session.getSessionToken())).isTrue();
  }

  private String stored(Session session) {
    return hashed.rows().text("SELECT sessionToken FROM session WHERE id = ?", session.getId());
  }

  private static boolean isGood(TestServer server, String token) {
    ValidateSessionRequest request =
        ValidateSessionRequest.newBuilder().setSessionToken(token).build();
    try {
      return server.sessions().validateSession(request).hasSession();
    } catch (io.grpc.StatusRuntimeException e) {
      assertThat(dev.doorward.testing.Refusals.reason(e)).isEqualTo(Reason.SESSION_NOT_FOUND);
      return false;
    }
  }

  private static void assertNotFound(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertRefused(Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND, call);
  }
}
