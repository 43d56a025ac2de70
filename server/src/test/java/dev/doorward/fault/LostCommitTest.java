package dev.doorward.fault;

import static dev.doorward.testing.Given.PASSWORD;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.error.Reason;
import dev.doorward.fault.CommitCutter.Cut;
import dev.doorward.testing.Await;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.CreateUserRequest;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LostCommitTest {

  private static EmbeddedMariaDb mariaDb;
  private static CommitCutter cutter;
  private static TestServer server;

  @BeforeAll
  static void startBehindTheCutter() {
    mariaDb = TestMariaDb.fresh();
    cutter = new CommitCutter(mariaDb.port());
    String url = mariaDb.jdbcUrl().replace(":" + mariaDb.port() + "/", ":" + cutter.port() + "/");
    assertThat(url).isNotEqualTo(mariaDb.jdbcUrl());
    server = TestServer.start(mariaDb, "database.url", url);
  }

  @AfterAll
  static void stop() {
    server.close();
    cutter.close();
    mariaDb.close();
  }

  @ParameterizedTest
  @EnumSource
  void aUserWhoseCommitWasLostIsThereOnceAfterTheSameRequest(Cut cut) {
    String email = Given.freeEmail();
    CreateUserRequest request = CreateUserRequest.newBuilder()
        .setUser(User.newBuilder().setEmail(email))
        .setRequestId(UUID.randomUUID().toString())
        .build();

    loseCommit(cut, () -> server.users().createUser(request));

    long landed = server.rows().count("user WHERE email = ?", email);
    assertThat(landed).isEqualTo(cut == Cut.AFTER ? 1 : 0);
    User user = server.users().createUser(request).getUser();
    assertThat(server.rows().texts("SELECT id FROM user WHERE email = ?", email))
        .containsExactly(user.getId());
    assertThat(server.rows().count("event WHERE userId = ?", user.getId())).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void aSignUpWhoseCommitWasLostIsSettledByTheSameRequest(Cut cut) {
    String email = Given.freeEmail();
    SignUpRequest request = SignUpRequest.newBuilder()
        .setEmail(email)
        .setPassword(PASSWORD)
        .setRequestId(UUID.randomUUID().toString())
        .build();

    loseCommit(cut, () -> server.passwords().signUp(request));

    SignUpResponse answer = server.passwords().signUp(request);
    String id = answer.getUser().getId();
    assertThat(server.rows().texts("SELECT id FROM user WHERE email = ?", email))
        .containsExactly(id);
    assertThat(server.rows().count("account WHERE userId = ?", id)).isEqualTo(1);
    assertThat(server.rows().texts("SELECT id FROM session WHERE userId = ?", id))
        .containsExactly(answer.getSession().getId());
    assertGood(answer.getSession());
  }

  @ParameterizedTest
  @EnumSource
  void aSessionWhoseCommitWasLostIsSettledByTheSameRequest(Cut cut) {
    User user = server.given().user();
    CreateSessionRequest request = CreateSessionRequest.newBuilder()
        .setUserId(user.getId())
        .setRequestId(UUID.randomUUID().toString())
        .build();

    loseCommit(cut, () -> server.sessions().createSession(request));

    Session session = server.sessions().createSession(request).getSession();
    assertThat(server.rows().texts("SELECT id FROM session WHERE userId = ?", user.getId()))
        .containsExactly(session.getId());
    assertGood(session);
  }

  @ParameterizedTest
  @EnumSource
  void anAccountWhoseCommitWasLostIsSettledByTheSameRequest(Cut cut) {
    User user = server.given().user();
    LinkAccountRequest request = LinkAccountRequest.newBuilder()
        .setAccount(Given.freeAccount().setUserId(user.getId()))
        .setRequestId(UUID.randomUUID().toString())
        .build();

    loseCommit(cut, () -> server.accounts().linkAccount(request));

    String id = server.accounts().linkAccount(request).getAccount().getId();
    assertThat(server.rows().texts("SELECT id FROM account WHERE userId = ?", user.getId()))
        .containsExactly(id);
  }

  private static void loseCommit(Cut cut, Supplier<?> call) {
    // Once the last change that the server knows of has its place among the events, nobody but the
    // call commits.
    String user = server.given().user().getId();
    Await.until(
        Duration.ofSeconds(20),
        "its event has its place",
        () -> server.rows().count("event WHERE userId = ? AND seq IS NULL", user) == 0);
    int before = cutter.cuts();
    cutter.cutNextCommit(cut);
    assertRefused(Status.Code.UNAVAILABLE, Reason.OUTCOME_UNKNOWN, call::get);
    assertThat(cutter.cuts()).isEqualTo(before + 1);
  }

  private static void assertGood(Session session) {
    assertThat(server
            .sessions()
            .validateSession(ValidateSessionRequest.newBuilder()
                .setSessionToken(session.getSessionToken())
                .build())
            .getSession()
            .getId())
        .isEqualTo(session.getId());
  }
}
