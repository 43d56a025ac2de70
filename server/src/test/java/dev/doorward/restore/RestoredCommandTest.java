package dev.doorward.restore;

import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.development.MariaDbCopy;
import dev.doorward.error.Reason;
import dev.doorward.testing.CommandRun;
import dev.doorward.testing.EventWatch;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.testing.Watch;
import dev.doorward.v1.CheckVerificationRequest;
import dev.doorward.v1.FeedPosition;
import dev.doorward.v1.FeedResetReason;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.Verification;
import dev.doorward.v1.WatchEventsRequest;
import io.grpc.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoredCommandTest {

  @TempDir
  private Path directory;

  @Test
  void nothingThatEndedAfterTheCopyComesBack() {
    // What a copy is restored by has all there is to tell.
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh(TestMariaDb.SILENT)) {
      Session kept;
      Session revoked;
      Verification token;
      FeedPosition position;
      String cursor;
      MariaDbCopy copy;
      try (TestServer server = TestServer.start(mariaDb)) {
        kept = server.given().session();
        revoked = server.given().session();
        token = server.given().verification("ada@example.com", "sign-in");
        copy = MariaDbCopy.of(mariaDb, directory.resolve("copy.sql"));
        revoke(server, revoked);
        try (Watch watch = Watch.fromNow(server);
            EventWatch events = EventWatch.fromNow(server)) {
          position = watch.position();
          cursor = events.cursor();
        }
      }
      copy.restore(mariaDb);

      CommandRun run = restored(mariaDb);

      assertThat(run.err()).isEmpty();
      assertThat(run.out())
          .isEqualTo("sessions ended: 2\none-time tokens ended: 1\na new epoch has begun\n");
      try (TestServer server = TestServer.start(mariaDb)) {
        assertGone(server, revoked);
        assertGone(server, kept);
        assertRefused(
            Status.Code.NOT_FOUND,
            Reason.VERIFICATION_NOT_FOUND,
            () -> server
                .verifications()
                .checkVerification(CheckVerificationRequest.newBuilder()
                    .setIdentifier("ada@example.com")
                    .setPurpose("sign-in")
                    .setToken(token.getToken())
                    .build()));
        assertThat(server
                .users()
                .getUser(GetUserRequest.newBuilder().setUserId(kept.getUserId()).build())
                .getUser()
                .getId())
            .isEqualTo(kept.getUserId());
        // As many revocations as before the copy was restored, so that a position fits the feed by
        // its numbers.
        revoke(server, server.given().session(server.given().user()));
        try (Watch watch = Watch.from(server, position)) {
          assertThat(watch.awaitReset().getReason())
              .isEqualTo(FeedResetReason.FEED_RESET_REASON_EPOCH_CHANGED);
        }
        assertRefused(
            Status.Code.OUT_OF_RANGE,
            Reason.CURSOR_EXPIRED,
            () -> server
                .events()
                .watchEvents(WatchEventsRequest.newBuilder().setCursor(cursor).build())
                .forEachRemaining(answer -> {}));
      }
    }
  }

  @Test
  void fromACompleteCopySessionsStay() {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh()) {
      Session session;
      FeedPosition position;
      try (TestServer server = TestServer.start(mariaDb)) {
        session = server.given().session();
        try (Watch watch = Watch.fromNow(server)) {
          position = watch.position();
        }
      }

      CommandRun run = restored(mariaDb, "--complete");

      assertThat(run.out()).isEqualTo("a new epoch has begun\n");
      try (TestServer server = TestServer.start(mariaDb);
          Watch watch = Watch.from(server, position)) {
        assertThat(watch.awaitReset().getReason())
            .isEqualTo(FeedResetReason.FEED_RESET_REASON_EPOCH_CHANGED);
        assertThat(server
                .sessions()
                .validateSession(validation(session))
                .getSession()
                .getId())
            .isEqualTo(session.getId());
      }
    }
  }

  private CommandRun restored(EmbeddedMariaDb mariaDb, String... options) {
    String config =
        CommandRun.config(directory.resolve("doorward.properties"), TestServer.settings(mariaDb));
    String[] arguments = new String[options.length + 3];
    arguments[0] = "restored";
    arguments[1] = "--config";
    arguments[2] = config;
    System.arraycopy(options, 0, arguments, 3, options.length);
    return CommandRun.of(arguments);
  }

  private static void revoke(TestServer server, Session session) {
    server
        .sessions()
        .revokeSession(
            RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build());
  }

  private static void assertGone(TestServer server, Session session) {
    assertRefused(
        Status.Code.NOT_FOUND,
        Reason.SESSION_NOT_FOUND,
        () -> server.sessions().validateSession(validation(session)));
  }

  private static ValidateSessionRequest validation(Session session) {
    return ValidateSessionRequest.newBuilder()
        .setSessionToken(session.getSessionToken())
        .build();
  }
}
