package dev.doorward.race;

import static dev.doorward.testing.Given.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.Race;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.CreateUserRequest;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class RequestIdRaceTest {

  private static final int RUNNERS = 16;

  private final TestServer server;
  private final Tokens tokens;

  RequestIdRaceTest(TestServer server) {
    this.server = server;
    this.tokens = new Tokens(server);
  }

  @RepeatedTest(10)
  void aUserIsMadeOnceHoweverOftenTheRequestComes() {
    CreateUserRequest request = CreateUserRequest.newBuilder()
        .setUser(User.newBuilder().setEmail(Given.freeEmail()))
        .setRequestId(UUID.randomUUID().toString())
        .build();
    RowCounts before = RowCounts.of(server.rows());

    Race<User> race =
        Race.of(RUNNERS, runner -> server.users().createUser(request).getUser());

    assertThat(race.assertAllAnswered().stream().distinct()).hasSize(1);
    assertThat(RowCounts.of(server.rows()).since(before)).isEqualTo(new RowCounts(1, 0, 0, 1, 1));
  }

  @RepeatedTest(10)
  void aRequestThatIsRefusedIsRefusedEveryTimeAndNotRecorded() {
    CreateUserRequest request = CreateUserRequest.newBuilder()
        .setUser(User.newBuilder().setEmail(server.given().user().getEmail()))
        .setRequestId(UUID.randomUUID().toString())
        .build();
    RowCounts before = RowCounts.of(server.rows());

    Race<User> race =
        Race.of(RUNNERS, runner -> server.users().createUser(request).getUser());

    assertThat(race.answers()).isEmpty();
    race.assertOthersRefused(Status.Code.ALREADY_EXISTS, Reason.EMAIL_TAKEN);
    assertThat(RowCounts.of(server.rows()).since(before)).isEqualTo(new RowCounts(0, 0, 0, 0, 0));
  }

  @RepeatedTest(10)
  void anAccountIsLinkedOnceHoweverOftenTheRequestComes() {
    LinkAccountRequest request = LinkAccountRequest.newBuilder()
        .setAccount(Given.freeAccount().setUserId(server.given().user().getId()))
        .setRequestId(UUID.randomUUID().toString())
        .build();
    RowCounts before = RowCounts.of(server.rows());

    Race<String> race = Race.of(
        RUNNERS, runner -> server.accounts().linkAccount(request).getAccount().getId());

    assertThat(race.assertAllAnswered().stream().distinct()).hasSize(1);
    assertThat(RowCounts.of(server.rows()).since(before)).isEqualTo(new RowCounts(0, 1, 0, 1, 1));
  }

  @RepeatedTest(10)
  void aSessionIsOpenedOnceAndOneOfItsTokensIsGood() {
    CreateSessionRequest request = CreateSessionRequest.newBuilder()
        .setUserId(server.given().user().getId())
        .setRequestId(UUID.randomUUID().toString())
        .build();
    RowCounts before = RowCounts.of(server.rows());

    Race<Session> race =
        Race.of(RUNNERS, runner -> server.sessions().createSession(request).getSession());

    assertOneSessionWithOneGoodToken(race.assertAllAnswered());
    assertThat(RowCounts.of(server.rows()).since(before))
        .isEqualTo(new RowCounts(0, 0, 1, RUNNERS, 1));
  }

  @RepeatedTest(3)
  void aSignUpHappensOnceAndOneOfItsTokensIsGood() {
    SignUpRequest request = SignUpRequest.newBuilder()
        .setEmail(Given.freeEmail())
        .setPassword(PASSWORD)
        .setRequestId(UUID.randomUUID().toString())
        .build();
    RowCounts before = RowCounts.of(server.rows());

    Race<SignUpResponse> race = Race.of(RUNNERS, runner -> server.passwords().signUp(request));

    List<SignUpResponse> answers = race.assertAllAnswered();
    assertThat(answers.stream().map(SignUpResponse::getUser).distinct()).hasSize(1);
    assertOneSessionWithOneGoodToken(
        answers.stream().map(SignUpResponse::getSession).toList());
    assertThat(RowCounts.of(server.rows()).since(before))
        .isEqualTo(new RowCounts(1, 1, 1, 2 + RUNNERS, 1));
  }

  /** Each repetition kills the token before it, and says so to the caches. */
  private void assertOneSessionWithOneGoodToken(Collection<Session> answers) {
    assertThat(answers.stream().map(Session::getId).distinct()).hasSize(1);
    List<String> handedOut = answers.stream().map(Session::getSessionToken).toList();
    assertThat(handedOut).doesNotHaveDuplicates();
    assertThat(tokens.good(handedOut)).hasSize(1);
    String id = answers.iterator().next().getId();
    assertThat(
            server.rows().count("revocation WHERE kind = 'SESSION_CHANGED' AND sessionId = ?", id))
        .isEqualTo(RUNNERS - 1);
  }
}
