package dev.doorward.session;

import static dev.doorward.testing.Refusals.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.BatchValidateSessionsRequest;
import dev.doorward.v1.BatchValidateSessionsResult;
import dev.doorward.v1.Consistency;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.ValidateSessionResponse;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class BatchValidateSessionsTest {

  private final TestServer server;

  BatchValidateSessionsTest(TestServer server) {
    this.server = server;
  }

  @Test
  void eachTokenGetsTheAnswerThatValidateSessionWouldGive() {
    Session good = server.given().session();
    Session revoked = server.given().session();
    Session disabled = server.given().session();
    Session expired = server.given().session();
    server
        .sessions()
        .revokeSession(
            RevokeSessionRequest.newBuilder().setSessionId(revoked.getId()).build());
    server
        .users()
        .disableUser(
            DisableUserRequest.newBuilder().setUserId(disabled.getUserId()).build());
    server
        .rows()
        .change("UPDATE session SET expires = UTC_TIMESTAMP(6) WHERE id = ?", expired.getId());

    List<BatchValidateSessionsResult> results = validate(List.of(
        revoked.getSessionToken(),
        good.getSessionToken(),
        "no-session-has-this-token",
        disabled.getSessionToken(),
        expired.getSessionToken(),
        good.getSessionToken()));

    assertThat(results.stream().map(BatchValidateSessionsResult::hasValid))
        .containsExactly(false, true, false, false, false, true);
    assertThat(comparable(results.get(1).getValid())).isEqualTo(comparable(fresh(good)));
    assertThat(results.get(5)).isEqualTo(results.get(1));
    assertThat(Durations.toSeconds(results.get(1).getValid().getExpiresIn())).isPositive();
  }

  @Test
  void fiveHundredAreValidatedAtOnce() {
    List<String> tokens = IntStream.range(0, 500)
        .mapToObj(i -> i % 50 == 0 ? server.given().session().getSessionToken() : "nobody-" + i)
        .map(token -> token.length() < 16 ? token + "-".repeat(16) : token)
        .toList();

    List<BatchValidateSessionsResult> results = validate(tokens);

    assertThat(results).hasSize(500);
    assertThat(IntStream.range(0, 500).filter(i -> results.get(i).hasValid()))
        .containsExactly(0, 50, 100, 150, 200, 250, 300, 350, 400, 450);
  }

  @Test
  void tokensThatCannotExistCostNoRead() {
    assertThat(validate(List.of("short", "dws_" + "x".repeat(49), "ü".repeat(20))))
        .noneMatch(BatchValidateSessionsResult::hasValid);
  }

  @Test
  void noneTooManyAndEmptyOnesAreRefused() {
    assertInvalid(() -> validate(List.of()), "session_tokens");
    assertInvalid(() -> validate(Collections.nCopies(501, "x".repeat(20))), "session_tokens");
    assertInvalid(
        () -> validate(List.of("x".repeat(20), "", "y".repeat(20), "")),
        "session_tokens[1]",
        "session_tokens[3]");
  }

  private List<BatchValidateSessionsResult> validate(List<String> tokens) {
    return server
        .sessions()
        .batchValidateSessions(BatchValidateSessionsRequest.newBuilder()
            .addAllSessionTokens(tokens)
            .build())
        .getResultsList();
  }

  private ValidateSessionResponse fresh(Session session) {
    return server
        .sessions()
        .validateSession(ValidateSessionRequest.newBuilder()
            .setSessionToken(session.getSessionToken())
            .setConsistency(Consistency.CONSISTENCY_FRESH)
            .build());
  }

  /** Time passes, and others revoke, between one answer and the next. */
  private static ValidateSessionResponse comparable(ValidateSessionResponse answer) {
    assertThat(answer.hasAsOf()).isTrue();
    return answer.toBuilder().clearExpiresIn().clearAsOf().build();
  }
}
