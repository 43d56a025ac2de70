package dev.doorward.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.Await;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.ValidateSessionRequest;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sessions that live for 7 days by use and are prolonged once a day, up to 30 days. */
class ProlongationTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(TestMariaDb.shared(), "session.max-lifetime", "30d");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aSessionInUseIsProlongedOnceItIsADayOld() {
    Session session = opened(1, 6 * 24 * 60 - 1);
    Session neighbour = opened(1, 6 * 24 * 60 - 1);

    validate(session);

    Await.until(SOON, "the session was prolonged", () -> minutesLeft(session) == 7 * 24 * 60 - 1);
    assertThat(minutesLeft(neighbour)).isEqualTo(6 * 24 * 60 - 2);
    assertThat(server.trail().revocations(session.getUserId())).isEmpty();
  }

  @Test
  void aSessionIsProlongedAtMostOnceADay() {
    Session session = opened(1, 6 * 24 * 60 + 1);

    for (int i = 0; i < 5; i++) {
      validate(session);
    }

    afterEverythingThatWasDue();
    assertThat(minutesLeft(session)).isEqualTo(6 * 24 * 60);
    assertThat(updates(session)).isZero();
  }

  @Test
  void aSessionThatIsNotRememberedIsNotProlonged() {
    Session session = opened(1, 60);
    server.rows().change("UPDATE session SET remember = FALSE WHERE id = ?", session.getId());

    validate(session);

    afterEverythingThatWasDue();
    assertThat(minutesLeft(session)).isEqualTo(59);
  }

  @Test
  void aSessionIsNeverProlongedBeyondItsLongestLife() {
    Session session = opened(27, 60);

    validate(session);

    Await.until(SOON, "the session was prolonged", () -> minutesLeft(session) > 60);
    assertThat(minutesLeft(session)).isEqualTo(3 * 24 * 60 - 1);
    validate(session);
    afterEverythingThatWasDue();
    assertThat(minutesLeft(session)).isEqualTo(3 * 24 * 60 - 1);
  }

  @Test
  void aSessionPastItsLongestLifeIsNotCutShort() {
    Session session = opened(40, 60);

    validate(session);

    afterEverythingThatWasDue();
    assertThat(minutesLeft(session)).isEqualTo(59);
  }

  @Test
  void noSessionOutlivesTheLongestLifeFromTheStart() {
    try (TestServer strict = TestServer.start(
        TestMariaDb.shared(), "session.lifetime", "7d", "session.max-lifetime", "2h")) {
      Session session = strict.given().session();

      assertThat(com.google.protobuf.util.Timestamps.between(
                  session.getCreatedAt(), session.getExpires())
              .getSeconds())
          .isEqualTo(Duration.ofHours(2).toSeconds());
    }
  }

  /** A session that was opened days ago, and has minutes left. */
  private static Session opened(int daysAgo, int minutesLeft) {
    Session session = server
        .sessions()
        .createSession(CreateSessionRequest.newBuilder()
            .setUserId(server.given().user().getId())
            .build())
        .getSession();
    server.rows().change("""
            UPDATE session SET createdAt = UTC_TIMESTAMP(6) - INTERVAL ? DAY,
              updatedAt = createdAt, expires = UTC_TIMESTAMP(6) + INTERVAL ? MINUTE WHERE id = ?
            """, daysAgo, minutesLeft, session.getId());
    return session;
  }

  /** One thread prolongs, in turn: once this session has been, whatever was asked for before has been too. */
  private static void afterEverythingThatWasDue() {
    Session last = opened(1, 60);
    validate(last);
    Await.until(SOON, "the session was prolonged", () -> minutesLeft(last) > 60);
  }

  private static void validate(Session session) {
    server
        .sessions()
        .validateSession(ValidateSessionRequest.newBuilder()
            .setSessionToken(session.getSessionToken())
            .build());
  }

  private static long updates(Session session) {
    return server.rows().count("session WHERE id = ? AND updatedAt > createdAt", session.getId());
  }

  private static long minutesLeft(Session session) {
    return Long.parseLong(server
        .rows()
        .text(
            "SELECT TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(6), expires) FROM session WHERE id = ?",
            session.getId()));
  }
}
