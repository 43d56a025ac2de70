package dev.doorward.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Race;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.DeleteUserRequest;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.RevokeUserSessionsRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.UpdateSessionRequest;
import dev.doorward.v1.User;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class RevocationLaneRaceTest {

  private static final int WRITERS = 12;
  private static final int USERS_PER_WRITER = 8;

  /** One revocation each: five of sessions, and one of the user's end. */
  private static final int REVOCATIONS_PER_USER = 6;

  private final TestServer server;

  RevocationLaneRaceTest(TestServer server) {
    this.server = server;
  }

  @Test
  void everyLaneIsNumberedWithoutAHoleDuringAStormAndAfterIt() {
    assertThat(lanesWithHoles()).isEmpty();
    long before = server.rows().count("revocation");
    AtomicInteger writing = new AtomicInteger(WRITERS);

    List<Supplier<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      boolean deletes = i % 2 == 0;
      calls.add(() -> {
        try {
          for (int user = 0; user < USERS_PER_WRITER; user++) {
            revokeAllOver(server.given().user(), deletes);
          }
          return true;
        } finally {
          writing.decrementAndGet();
        }
      });
    }
    calls.add(() -> {
      while (writing.get() > 0) {
        assertThat(lanesWithHoles()).isEmpty();
      }
      return true;
    });
    Race.of(calls).assertAllAnswered();

    assertThat(lanesWithHoles()).isEmpty();
    assertThat(server.rows().count("revocation") - before)
        .isEqualTo((long) WRITERS * USERS_PER_WRITER * REVOCATIONS_PER_USER);
    assertThat(server
            .rows()
            .count("revocation r WHERE r.lane < 16 AND r.lane != CRC32(r.userId) & 15"))
        .isZero();
  }

  private void revokeAllOver(User user, boolean delete) {
    Session first = server.given().session(user);
    Session second = server.given().session(user);
    Session third = server.given().session(user);
    Session fourth = server.given().session(user);

    update(first);
    revoke(RevokeSessionRequest.newBuilder().setSessionId(first.getId()).build());
    revoke(RevokeSessionRequest.newBuilder()
        .setSessionToken(second.getSessionToken())
        .build());
    revokeAllBut(fourth);
    update(fourth);
    assertThat(server.rows().count("session WHERE id = ?", third.getId())).isZero();
    if (delete) {
      server
          .users()
          .deleteUser(DeleteUserRequest.newBuilder().setUserId(user.getId()).build());
    } else {
      server
          .users()
          .disableUser(DisableUserRequest.newBuilder().setUserId(user.getId()).build());
    }
  }

  private void update(Session session) {
    server
        .sessions()
        .updateSession(UpdateSessionRequest.newBuilder()
            .setSessionId(session.getId())
            .setSession(Session.newBuilder().setUserAgent("Lynx"))
            .build());
  }

  private void revoke(RevokeSessionRequest request) {
    server.sessions().revokeSession(request);
  }

  private void revokeAllBut(Session kept) {
    server
        .sessions()
        .revokeUserSessions(RevokeUserSessionsRequest.newBuilder()
            .setUserId(kept.getUserId())
            .setKeepSessionId(kept.getId())
            .build());
  }

  /** Numbers are unique within a lane: as many as the greatest, from 1 on, are all of them. */
  private List<String> lanesWithHoles() {
    return server.rows().texts("""
        SELECT CONCAT('lane ', l.lane, ' at ', l.seq, ' has ', COUNT(r.seq), ' up to ', COALESCE(MAX(r.seq), 0))
        FROM revocation_lane l LEFT JOIN revocation r ON r.lane = l.lane
        GROUP BY l.lane, l.seq
        HAVING COUNT(r.seq) != l.seq OR COALESCE(MAX(r.seq), 0) != l.seq OR COALESCE(MIN(r.seq), 1) != 1
        """);
  }
}
