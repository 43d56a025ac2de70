package dev.doorward.revocation;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.development.MariaDbFaults;
import dev.doorward.error.Reason;
import dev.doorward.testing.Await;
import dev.doorward.testing.Rows;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.testing.Watch;
import dev.doorward.v1.DeleteUserRequest;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.FeedHello;
import dev.doorward.v1.FeedPosition;
import dev.doorward.v1.FeedResetReason;
import dev.doorward.v1.Revocation;
import dev.doorward.v1.RevocationKind;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.RevokeUserSessionsRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.UpdateSessionRequest;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import dev.doorward.v1.WatchRevocationsRequest;
import dev.doorward.v1.WatchRevocationsResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The stream of revocations; on a MariaDB of its own, for the feed is one for all. */
class WatchRevocationsTest {

  private static EmbeddedMariaDb mariaDb;
  private static TestServer server;

  @BeforeAll
  static void start() {
    mariaDb = TestMariaDb.fresh();
    server = TestServer.start(mariaDb, "feed.lease", "2s");
  }

  @AfterAll
  static void stop() {
    server.close();
    mariaDb.close();
  }

  @Test
  void aStreamBeginsWithWhereItIsAndWhatToExpectOfIt() {
    try (Watch watch = Watch.fromNow(server)) {
      FeedHello hello = watch.heard().get(0).getHello();

      assertThat(hello.getPosition()).isEqualTo(head());
      assertThat(Durations.toMillis(hello.getLease())).isEqualTo(2000);
      assertThat(Durations.toMillis(hello.getHeartbeatInterval())).isEqualTo(2000);
    }
  }

  @Test
  void eachChangeThatACacheMustKnowOfComesInItsKind() {
    try (Watch watch = Watch.fromNow(server)) {
      Session session = server.given().session();
      String user = session.getUserId();

      server
          .users()
          .updateUser(UpdateUserRequest.newBuilder()
              .setUser(User.newBuilder().setId(user).setName("Grace"))
              .build());
      assertNext(watch, RevocationKind.REVOCATION_KIND_USER_CHANGED, user, "");
      server
          .sessions()
          .updateSession(UpdateSessionRequest.newBuilder()
              .setSessionId(session.getId())
              .setSession(Session.newBuilder().setUserAgent("curl"))
              .build());
      assertNext(watch, RevocationKind.REVOCATION_KIND_SESSION_CHANGED, user, session.getId());
      server.given().session(User.newBuilder().setId(user).build());
      server
          .sessions()
          .revokeUserSessions(RevokeUserSessionsRequest.newBuilder()
              .setUserId(user)
              .setKeepSessionId(session.getId())
              .build());
      assertNext(
          watch, RevocationKind.REVOCATION_KIND_USER_SESSIONS_REVOKED, user, session.getId());
      revoke(session);
      assertNext(watch, RevocationKind.REVOCATION_KIND_SESSION_REVOKED, user, session.getId());
      server.users().disableUser(DisableUserRequest.newBuilder().setUserId(user).build());
      assertNext(watch, RevocationKind.REVOCATION_KIND_USER_DISABLED, user, "");
      server.users().deleteUser(DeleteUserRequest.newBuilder().setUserId(user).build());
      assertNext(watch, RevocationKind.REVOCATION_KIND_USER_DELETED, user, "");

      assertThat(watch.revocations().stream().map(Revocation::getLane).distinct())
          .containsExactly(dev.doorward.revocation.Revocation.lane(user));
      List<Long> seqs = watch.revocations().stream().map(Revocation::getSeq).toList();
      for (int i = 1; i < seqs.size(); i++) {
        assertThat(seqs.get(i)).isEqualTo(seqs.get(i - 1) + 1);
      }
    }
  }

  @Test
  void aStreamGoesOnWhereAnotherOneEnded() {
    Session missed = server.given().session();
    FeedPosition position;
    try (Watch watch = Watch.fromNow(server)) {
      position = watch.position();
    }
    revoke(missed);

    try (Watch watch = Watch.from(server, position)) {
      assertThat(watch.heard().get(0).getHello().getPosition()).isEqualTo(position);
      watch.await(revocation -> revocation.getSessionId().equals(missed.getId()));
      assertThat(watch.position()).isEqualTo(head());
      assertThat(watch.reset()).isEmpty();
    }
  }

  @Test
  void aServerThatStartsKnowsWhatHappenedBefore() {
    FeedPosition position = head();
    Session missed = server.given().session();
    revoke(missed);

    try (TestServer another = TestServer.start(mariaDb);
        Watch watch = Watch.from(another, position)) {
      watch.await(revocation -> revocation.getSessionId().equals(missed.getId()));
      assertThat(watch.reset()).isEmpty();
    }
  }

  @Test
  void whatAnotherServerRevokesComesToo() {
    Session session = server.given().session();
    try (TestServer another = TestServer.start(mariaDb);
        Watch watch = Watch.fromNow(another)) {
      revoke(session);

      watch.await(revocation -> revocation.getSessionId().equals(session.getId()));
    }
  }

  @Test
  void aPositionThatIsNoLongerInMemoryIsReset() {
    FeedPosition old = FeedPosition.newBuilder()
        .setEpoch(head().getEpoch())
        .addAllSeqs(java.util.Collections.nCopies(16, -1L))
        .build();

    try (Watch watch = Watch.from(server, old)) {
      assertThat(watch.awaitReset().getReason())
          .isEqualTo(FeedResetReason.FEED_RESET_REASON_POSITION_TOO_OLD);
      assertThat(watch.awaitReset().getPosition()).isEqualTo(head());
    }
  }

  @Test
  void aPositionAheadOfTheFeedIsOfAnotherHistory() {
    FeedPosition head = head();
    FeedPosition ahead =
        head.toBuilder().setSeqs(3, head.getSeqs(3) + 1_000_000).build();

    try (Watch watch = Watch.from(server, ahead)) {
      assertThat(watch.awaitReset().getReason())
          .isEqualTo(FeedResetReason.FEED_RESET_REASON_EPOCH_CHANGED);
    }
  }

  @Test
  void anotherEpochResetsEveryStream() {
    FeedPosition before = head();
    try (Watch watch = Watch.fromNow(server)) {
      server.rows().change("UPDATE revocation_feed SET epoch = UUID()");

      assertThat(watch.awaitReset().getReason())
          .isEqualTo(FeedResetReason.FEED_RESET_REASON_EPOCH_CHANGED);
      assertThat(watch.position().getEpoch()).isNotEqualTo(before.getEpoch());
    }
    try (Watch watch = Watch.from(server, before)) {
      assertThat(watch.awaitReset().getReason())
          .isEqualTo(FeedResetReason.FEED_RESET_REASON_EPOCH_CHANGED);
    }
  }

  @Test
  void aDatabaseThatIsBackAtAnEarlierStateResetsEveryStream() {
    revoke(server.given().session());
    try (Watch watch = Watch.fromNow(server)) {
      server.rows().change("UPDATE revocation_lane SET seq = seq + 5");
      Await.until(
          Duration.ofSeconds(20), "the hole is seen", () -> watch.reset().isPresent());
      server.rows().change("UPDATE revocation_lane SET seq = seq - 5");

      Await.until(
          Duration.ofSeconds(20),
          "the step back is seen",
          () -> watch.heard().stream()
              .anyMatch(message -> message.getReset().getReason()
                  == FeedResetReason.FEED_RESET_REASON_EPOCH_CHANGED));
      assertThat(watch.position()).isEqualTo(head());
    }
  }

  @Test
  void aHoleResetsEveryStreamAndWhatFollowsComes() {
    try (Watch watch = Watch.fromNow(server)) {
      server.rows().change("UPDATE revocation_lane SET seq = seq + 1 WHERE lane = 7");

      assertThat(watch.awaitReset().getReason()).isEqualTo(FeedResetReason.FEED_RESET_REASON_HOLE);
      Session session = server.given().session();
      revoke(session);
      watch.await(revocation -> revocation.getSessionId().equals(session.getId()));
    }
  }

  @Test
  void aServerThatStartsAfterAHoleKnowsWhatFollowedIt() {
    User user = server.given().user();
    Session missed = server.given().session(user);
    revoke(server.given().session(user));
    int lane = dev.doorward.revocation.Revocation.lane(user.getId());
    server.rows().change("UPDATE revocation_lane SET seq = seq + 1 WHERE lane = ?", lane);
    FeedPosition position = head();
    revoke(missed);

    try (TestServer another = TestServer.start(mariaDb);
        Watch watch = Watch.from(another, position)) {
      watch.await(revocation -> revocation.getSessionId().equals(missed.getId()));
      assertThat(watch.reset()).isEmpty();
    }
  }

  @Test
  void aStreamWithoutNewsIsKeptAlive() {
    try (Watch watch = Watch.fromNow(server)) {
      Await.until(
          Duration.ofSeconds(20),
          "a heartbeat comes",
          () -> watch.heard().stream().anyMatch(WatchRevocationsResponse::hasHeartbeat));
    }
  }

  @Test
  void aStreamIsKeptAliveWhileTheDatabaseHangs() {
    try (Watch watch = Watch.fromNow(server)) {
      MariaDbFaults.pause(mariaDb);
      try {
        Await.until(Duration.ofSeconds(30), "two heartbeats come", () -> heartbeats(watch) >= 2);
      } finally {
        MariaDbFaults.resume(mariaDb);
      }
    }
  }

  @Test
  void aReaderMayBeAheadOfTheServerThatItComesTo() {
    try (TestServer late = TestServer.start(mariaDb, "feed.poll-interval", "1s")) {
      for (int round = 0; round < 20; round++) {
        revoke(server.given().session());
        FeedPosition ahead = head();

        try (Watch watch = Watch.from(late, ahead);
            Watch another = Watch.from(late, ahead)) {
          Session session = server.given().session();
          late.sessions()
              .revokeSession(RevokeSessionRequest.newBuilder()
                  .setSessionId(session.getId())
                  .build());
          watch.await(revocation -> revocation.getSessionId().equals(session.getId()));
          another.await(revocation -> revocation.getSessionId().equals(session.getId()));

          assertThat(watch.reset()).isEmpty();
          assertThat(another.reset()).isEmpty();
        }
      }
    }
  }

  @Test
  void aPositionMustHaveEveryLane() {
    Rows rows = server.rows();
    long before = rows.count("revocation");
    WatchRevocationsRequest request = WatchRevocationsRequest.newBuilder()
        .setPosition(FeedPosition.newBuilder().addSeqs(1))
        .build();

    assertInvalid(() -> server.sessions().watchRevocations(request).next(), "position.seqs");
    assertThat(rows.count("revocation")).isEqualTo(before);
  }

  @Test
  void aServerThatStopsSaysSoAndTheNextOneGoesOn() {
    FeedPosition position;
    try (TestServer stopping = TestServer.start(mariaDb)) {
      Watch watch = Watch.fromNow(stopping);
      position = watch.position();
      stopping.stop();
      Throwable end = watch.awaitEnd();
      assertRefused(Status.Code.UNAVAILABLE, Reason.SHUTTING_DOWN, () -> {
        throw end;
      });
    }
    Session missed = server.given().session();
    revoke(missed);

    try (Watch watch = Watch.from(server, position)) {
      watch.await(revocation -> revocation.getSessionId().equals(missed.getId()));
    }
  }

  private static void assertNext(
      Watch watch, RevocationKind kind, String userId, String sessionId) {
    Revocation revocation =
        watch.await(next -> next.getKind() == kind && next.getUserId().equals(userId));
    assertThat(revocation.getSessionId()).isEqualTo(sessionId);
  }

  private static long heartbeats(Watch watch) {
    return watch.heard().stream().filter(WatchRevocationsResponse::hasHeartbeat).count();
  }

  private static FeedPosition head() {
    return server
        .sessions()
        .getFeedHead(dev.doorward.v1.GetFeedHeadRequest.getDefaultInstance())
        .getHead();
  }

  private static void revoke(Session session) {
    server
        .sessions()
        .revokeSession(
            RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build());
  }
}
