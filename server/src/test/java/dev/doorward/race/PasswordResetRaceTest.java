package dev.doorward.race;

import static dev.doorward.testing.Given.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.Given;
import dev.doorward.testing.Race;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CompletePasswordResetRequest;
import dev.doorward.v1.DeleteUserRequest;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;

class PasswordResetRaceTest {

  private static final String NEW_PASSWORD = "another horse, another battery";
  private static final int RUNNERS = 8;

  private static TestServer server;

  /** One whose clock stands still, so that nothing becomes allowed while a race goes on. */
  @BeforeAll
  static void startWithCheapHashes() {
    server = TestServer.startAt(
        Instant.ofEpochSecond(Instant.now().getEpochSecond()),
        TestMariaDb.shared(),
        "password.memory-kib",
        "8",
        "password.iterations",
        "1");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @RepeatedTest(20)
  void ofManyWhoBringOneTokenOneSetsTheirPasswordAndNoOtherWorks() {
    User user = server.given().signedUp().getUser();
    String token = server.given().passwordReset(user.getEmail());

    Race<String> race = Race.of(RUNNERS, runner -> complete(token, NEW_PASSWORD + runner));

    String winner = race.assertOneAnswered();
    race.assertOthersRefused(Status.Code.NOT_FOUND, Reason.VERIFICATION_NOT_FOUND);
    List<String> working = IntStream.range(0, RUNNERS)
        .mapToObj(runner -> NEW_PASSWORD + runner)
        .filter(password -> works(user, password))
        .toList();
    assertThat(working).containsExactly(winner);
    assertThat(works(user, PASSWORD)).isFalse();
    assertThat(server.trail().events(user.getId()))
        .filteredOn(event -> event.startsWith("PASSWORD_RESET "))
        .hasSize(1);
  }

  @RepeatedTest(20)
  void ofTwoTokensOfOneUserOneSetsTheirPassword() {
    User user = server.given().signedUp().getUser();
    List<String> tokens = List.of(
        server.given().passwordReset(user.getEmail()),
        server.given().passwordReset(user.getEmail()));

    Race<String> race = Race.of(2, runner -> complete(tokens.get(runner), NEW_PASSWORD + runner));

    String winner = race.assertOneAnswered();
    race.assertOthersRefused(Status.Code.NOT_FOUND, Reason.VERIFICATION_NOT_FOUND);
    assertThat(works(user, winner)).isTrue();
  }

  @RepeatedTest(30)
  void noSessionOpenedWithTheOldPasswordOutlivesAReset() {
    SignUpResponse signedUp = server.given().signedUp();
    User user = signedUp.getUser();
    String neighbour = server.given().signedUp().getSession().getSessionToken();
    String token = server.given().passwordReset(user.getEmail());

    List<Supplier<String>> calls = new ArrayList<>();
    calls.add(() -> {
      complete(token, NEW_PASSWORD);
      return signedUp.getSession().getSessionToken();
    });
    for (int i = 0; i < 6; i++) {
      calls.add(() -> signIn(user, PASSWORD));
    }
    Race<String> race = Race.of(calls);

    race.assertOthersRefused(Status.Code.INVALID_ARGUMENT, Reason.INVALID_CREDENTIALS);
    assertThat(race.outcomes().get(0).refusal()).isNull();
    Tokens tokens = new Tokens(server);
    assertThat(tokens.good(race.answers())).isEmpty();
    assertThat(server.rows().count("session WHERE userId = ?", user.getId())).isZero();
    assertThat(works(user, NEW_PASSWORD)).isTrue();
    assertThat(tokens.isGood(neighbour)).isTrue();
  }

  @RepeatedTest(10)
  void howeverManyAskAtOnceFiveAreGivenOut() {
    for (String email : List.of(server.given().user().getEmail(), Given.freeEmail())) {
      Race<String> race = Race.of(40, runner -> server.given().passwordReset(email));

      assertThat(race.answers()).hasSize(5).doesNotHaveDuplicates();
      race.assertOthersRefused(Status.Code.RESOURCE_EXHAUSTED, Reason.TOO_MANY_VERIFICATIONS);
    }
  }

  @RepeatedTest(20)
  void whoeverIsDeletedMeanwhileLeavesNoTokenThatIsGood() {
    User user = server.given().user();

    Race<String> race = Race.of(5, runner -> {
      if (runner == 0) {
        server
            .users()
            .deleteUser(DeleteUserRequest.newBuilder().setUserId(user.getId()).build());
        return "";
      }
      return server.given().passwordReset(user.getEmail());
    });

    race.assertAllAnswered();
    assertThat(server.rows().count("verification WHERE userId = ?", user.getId()))
        .isZero();
    assertThat(server.rows().count("verification WHERE identifier = ?", user.getEmail()))
        .isZero();
  }

  private static String complete(String token, String password) {
    server
        .passwords()
        .completePasswordReset(CompletePasswordResetRequest.newBuilder()
            .setToken(token)
            .setNewPassword(password)
            .build());
    return password;
  }

  private static boolean works(User user, String password) {
    try {
      return !signIn(user, password).isEmpty();
    } catch (StatusRuntimeException e) {
      assertThat(dev.doorward.testing.Refusals.reason(e)).isEqualTo(Reason.INVALID_CREDENTIALS);
      return false;
    }
  }

  private static String signIn(User user, String password) {
    return server
        .passwords()
        .signIn(SignInRequest.newBuilder()
            .setEmail(user.getEmail())
            .setPassword(password)
            .build())
        .getSession()
        .getSessionToken();
  }
}
