package dev.doorward.session;

import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.error.Reason;
import dev.doorward.testing.Await;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.BatchValidateSessionsRequest;
import dev.doorward.v1.Consistency;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.UpdateSessionRequest;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.ValidateSessionResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways to keep tokens at rest, and the way from one to the next; on a MariaDB with room for the connections of four servers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenAtRestTest {

  private final Map<String, TestServer> servers = new LinkedHashMap<>();
  private EmbeddedMariaDb mariaDb;

  @BeforeAll
  void start() {
    mariaDb = TestMariaDb.fresh(TestMariaDb.SILENT); // Tokens in plain are what is asked for.
    for (String form : List.of("plain", "plain_or_hashed", "hashed_or_plain", "hashed")) {
      servers.put(
          form,
          TestServer.start(mariaDb, "session.token-at-rest", form, "password.memory-kib", "64"));
    }
  }

  @AfterAll
  void stop() {
    servers.values().forEach(TestServer::close);
    mariaDb.close();
  }

  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "plain, plain_or_hashed",
    "plain, hashed_or_plain",
    "plain_or_hashed, plain",
    "plain_or_hashed, plain_or_hashed",
    "plain_or_hashed, hashed_or_plain",
    "hashed_or_plain, plain_or_hashed",
    "hashed_or_plain, hashed_or_plain",
    "hashed_or_plain, hashed",
    "hashed, hashed_or_plain",
    "hashed, plain_or_hashed",
    "hashed, hashed",
  })
  void serversOfOneStepAndTheNextKnowEachOthersSessions(String opens, String asks) {
    TestServer server = servers.get(asks);
    Session session = open(servers.get(opens));
    String token = session.getSessionToken();

    assertThat(validate(server, token).getSession().getId()).isEqualTo(session.getId());
    assertThat(server
            .sessions()
            .batchValidateSessions(BatchValidateSessionsRequest.newBuilder()
                .addSessionTokens("nobody's token of any form")
                .addSessionTokens(token)
                .build())
            .getResultsList())
        .satisfiesExactly(
            first -> assertThat(first.hasValid()).isFalse(),
            second ->
                assertThat(second.getValid().getSession().getId()).isEqualTo(session.getId()));
    server
        .sessions()
        .updateSession(UpdateSessionRequest.newBuilder()
            .setSessionToken(token)
            .setSession(Session.newBuilder().setUserAgent("another"))
            .build());
    server
        .sessions()
        .revokeSession(RevokeSessionRequest.newBuilder().setSessionToken(token).build());
    assertUnknown(server, token);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain_or_hashed", "hashed_or_plain", "hashed"})
  void whoHasStolenAHashHasNotGotIn(String form) {
    TestServer server = servers.get(form);
    Session session = open(servers.get("hashed"));
    String stolen =
        server.rows().text("SELECT sessionToken FROM session WHERE id = ?", session.getId());
    assertThat(validate(server, session.getSessionToken()).hasSession()).isTrue();

    assertUnknown(server, stolen);
    assertRefused(
        Status.Code.NOT_FOUND,
        Reason.SESSION_NOT_FOUND,
        () -> server
            .sessions()
            .revokeSession(
                RevokeSessionRequest.newBuilder().setSessionToken(stolen).build()));
    assertThat(validate(server, session.getSessionToken()).hasSession()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "plain_or_hashed"})
  void whatSomebodyElseEndsIsForgottenWithinASecond(String form) {
    TestServer server = servers.get(form);
    Session session = open(server);
    String token = session.getSessionToken();

    ValidateSessionResponse fresh = server
        .sessions()
        .validateSession(ValidateSessionRequest.newBuilder()
            .setSessionToken(token)
            .setConsistency(Consistency.CONSISTENCY_FRESH)
            .build());
    assertThat(Duration.ofSeconds(
            fresh.getExpiresIn().getSeconds(), fresh.getExpiresIn().getNanos()))
        .isLessThanOrEqualTo(Duration.ofSeconds(1));
    validate(server, token);
    server.rows().change("DELETE FROM session WHERE id = ?", session.getId());

    // Nothing of that is in the feed: without the bound it would be a minute.
    Await.until(Duration.ofSeconds(20), "the session is forgotten", () -> !isGood(server, token));
  }

  @Test
  void whereNobodyElseWritesASessionIsKnownToBeGoodForAsLongAsItLives() {
    TestServer server = servers.get("hashed");
    Session session = open(server);

    ValidateSessionResponse fresh = server
        .sessions()
        .validateSession(ValidateSessionRequest.newBuilder()
            .setSessionToken(session.getSessionToken())
            .setConsistency(Consistency.CONSISTENCY_FRESH)
            .build());

    assertThat(fresh.getExpiresIn().getSeconds())
        .isGreaterThan(Duration.ofDays(6).toSeconds());
  }

  private static Session open(TestServer server) {
    return server
        .sessions()
        .createSession(CreateSessionRequest.newBuilder()
            .setUserId(server.given().user().getId())
            .build())
        .getSession();
  }

  private static ValidateSessionResponse validate(TestServer server, String token) {
    return server
        .sessions()
        .validateSession(
            ValidateSessionRequest.newBuilder().setSessionToken(token).build());
  }

  private static boolean isGood(TestServer server, String token) {
    try {
      return validate(server, token).hasSession();
    } catch (io.grpc.StatusRuntimeException e) {
      return false;
    }
  }

  private static void assertUnknown(TestServer server, String token) {
    assertRefused(Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND, () -> validate(server, token));
  }
}
