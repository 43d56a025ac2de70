package dev.doorward.race;

import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.Await;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Race;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.RevokeUserSessionsRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.UpdateSessionRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class RevokeRaceTest {

  private static final int ROUNDS = 60;
  private static final String DUE = "UTC_TIMESTAMP(6) + INTERVAL 1 HOUR";

  private final TestServer server;
  private final Tokens tokens;

  RevokeRaceTest(TestServer server) {
    this.server = server;
    this.tokens = new Tokens(server);
  }

  @Test
  void noUseOfASessionBringsItBackOnceItsRevocationIsAcknowledged() {
    assertStaysRevoked(this::revokeById);
  }

  @Test
  void noUseOfASessionBringsItBackOnceAllOfItsUserAreRevoked() {
    assertStaysRevoked(session -> server
        .sessions()
        .revokeUserSessions(RevokeUserSessionsRequest.newBuilder()
            .setUserId(session.getUserId())
            .build()));
  }

  @Test
  void ofManyWhoRevokeOneSessionOneDoes() {
    for (int round = 0; round < 10; round++) {
      Session session = server.given().session();
      Session neighbour = server.given().session();

      Race<Boolean> race = Race.of(16, runner -> {
        revoke(session, runner % 2 == 0);
        return true;
      });

      race.assertOneAnswered();
      race.assertOthersRefused(Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND);
      assertThat(server.rows().count("revocation WHERE sessionId = ?", session.getId()))
          .isEqualTo(1);
      assertThat(server
              .rows()
              .count("event WHERE type = 'SESSION_REVOKED' AND sessionId = ?", session.getId()))
          .isEqualTo(1);
      assertThat(tokens.isGood(neighbour.getSessionToken())).isTrue();
    }
  }

  private void assertStaysRevoked(Consumer<Session> revoke) {
    List<Session> revoked = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      Session session = server.given().session();
      makeDue(session);
      AtomicBoolean acknowledged = new AtomicBoolean();

      List<Supplier<Boolean>> calls = new ArrayList<>();
      calls.add(() -> {
        revoke.accept(session);
        acknowledged.set(true);
        return true;
      });
      for (int i = 0; i < 3; i++) {
        calls.add(() -> validateUntilRefused(session, acknowledged));
        calls.add(() -> updateUntilRefused(session, acknowledged));
      }
      Race.of(calls).assertAllAnswered();

      revoked.add(session);
    }
    awaitProlongations();
    for (Session session : revoked) {
      assertThat(server.rows().count("session WHERE id = ?", session.getId())).isZero();
      assertThat(tokens.isGood(session.getSessionToken())).isFalse();
    }
  }

  private boolean validateUntilRefused(Session session, AtomicBoolean acknowledged) {
    boolean late;
    do {
      late = acknowledged.get();
      if (!tokens.isGood(session.getSessionToken())) {
        return true;
      }
    } while (!late);
    throw new AssertionError("validated after its revocation was acknowledged");
  }

  private boolean updateUntilRefused(Session session, AtomicBoolean acknowledged) {
    boolean late;
    do {
      late = acknowledged.get();
      try {
        update(session);
      } catch (StatusRuntimeException e) {
        assertRefused(Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND, () -> {
          throw e;
        });
        return true;
      }
    } while (!late);
    throw new AssertionError("updated after its revocation was acknowledged");
  }

  private void update(Session session) {
    server
        .sessions()
        .updateSession(UpdateSessionRequest.newBuilder()
            .setSessionId(session.getId())
            .setSession(Session.newBuilder().setUserAgent("Lynx"))
            .build());
  }

  private void revokeById(Session session) {
    revoke(session, true);
  }

  private void revoke(Session session, boolean byId) {
    RevokeSessionRequest.Builder request = RevokeSessionRequest.newBuilder();
    server
        .sessions()
        .revokeSession(
            byId
                ? request.setSessionId(session.getId()).build()
                : request.setSessionToken(session.getSessionToken()).build());
  }

  private void makeDue(Session session) {
    int changed = server
        .rows()
        .change("UPDATE session SET expires = " + DUE + " WHERE id = ?", session.getId());
    assertThat(changed).isEqualTo(1);
  }

  /** They are made one after the other: when the last one that was asked for is done, all are. */
  private void awaitProlongations() {
    Session last = server.given().session();
    makeDue(last);
    Await.until(Duration.ofSeconds(10), "the session is prolonged", () -> {
      assertThat(tokens.isGood(last.getSessionToken())).isTrue();
      return server.rows().count("session WHERE id = ? AND expires > " + DUE, last.getId()) == 1;
    });
  }
}
