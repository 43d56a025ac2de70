package dev.doorward.race;

import static dev.doorward.testing.Given.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.Race;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.EnableUserRequest;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

class DisableUserRaceTest {

  private static TestServer server;

  @BeforeAll
  static void startWithCheapHashes() {
    server = TestServer.start(
        TestMariaDb.shared(), "password.memory-kib", "8", "password.iterations", "1");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @RepeatedTest(30)
  void whoeverIsDisabledHasNoSessionHoweverCloseItWas(RepetitionInfo repetition) {
    SignUpResponse signedUp = server.given().signedUp();
    User user = signedUp.getUser();
    String neighbour = server.given().session().getSessionToken();

    List<Supplier<String>> calls = new ArrayList<>();
    calls.add(() -> {
      // Every repetition gives the others another start.
      for (int i = 0; i < repetition.getCurrentRepetition() % 6; i++) {
        server
            .users()
            .getUser(GetUserRequest.newBuilder().setUserId(user.getId()).build());
      }
      disable(user);
      return signedUp.getSession().getSessionToken();
    });
    for (int i = 0; i < 4; i++) {
      calls.add(() -> createSession(user));
      calls.add(() -> signIn(user));
    }
    Race<String> race = Race.of(calls);

    race.assertOthersRefused(Status.Code.FAILED_PRECONDITION, Reason.USER_DISABLED);
    Tokens tokens = new Tokens(server);
    assertThat(tokens.good(race.answers())).isEmpty();
    assertThat(server.rows().count("session WHERE userId = ?", user.getId())).isZero();
    assertThat(server.rows().count("revocation WHERE userId = ?", user.getId())).isEqualTo(1);

    enable(user);
    assertThat(tokens.good(race.answers())).isEmpty();
    assertThat(tokens.isGood(neighbour)).isTrue();
  }

  private static String createSession(User user) {
    return server
        .sessions()
        .createSession(CreateSessionRequest.newBuilder().setUserId(user.getId()).build())
        .getSession()
        .getSessionToken();
  }

  private static String signIn(User user) {
    return server
        .passwords()
        .signIn(SignInRequest.newBuilder()
            .setEmail(user.getEmail())
            .setPassword(PASSWORD)
            .build())
        .getSession()
        .getSessionToken();
  }

  private static void disable(User user) {
    server
        .users()
        .disableUser(DisableUserRequest.newBuilder().setUserId(user.getId()).build());
  }

  private static void enable(User user) {
    server
        .users()
        .enableUser(EnableUserRequest.newBuilder().setUserId(user.getId()).build());
  }
}
