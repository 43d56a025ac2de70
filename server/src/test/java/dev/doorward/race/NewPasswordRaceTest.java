package dev.doorward.race;

import static dev.doorward.testing.Given.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.Race;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ChangePasswordRequest;
import dev.doorward.v1.SetPasswordRequest;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;

class NewPasswordRaceTest {

  private static final String NEW_PASSWORD = "another horse, another battery";

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
  void noSessionOpenedWithTheOldPasswordOutlivesItsChange() {
    assertNoSessionOutlives(user -> change(user, NEW_PASSWORD));
  }

  @RepeatedTest(30)
  void noSessionOpenedWithTheOldPasswordOutlivesANewOneThatIsSet() {
    assertNoSessionOutlives(NewPasswordRaceTest::set);
  }

  @RepeatedTest(15)
  void ofManyWhoChangeOnePasswordAtOnceOneDoes() {
    User user = server.given().signedUp().getUser();
    RowCounts before = RowCounts.of(server.rows());

    Race<String> race = Race.of(8, runner -> {
      String wanted = NEW_PASSWORD + runner;
      change(user, wanted);
      return wanted;
    });

    String winner = race.assertOneAnswered();
    race.assertOthersRefused(Status.Code.INVALID_ARGUMENT, Reason.INVALID_CREDENTIALS);
    assertThat(RowCounts.of(server.rows()).since(before)).isEqualTo(new RowCounts(0, 0, -1, 2, 0));
    assertThat(new Tokens(server).isGood(signIn(user, winner))).isTrue();
  }

  @RepeatedTest(15)
  void ofManyFirstPasswordsSetAtOnceOneStays() {
    User user = server.given().user();

    Race.of(8, runner -> {
          set(user);
          return true;
        })
        .assertAllAnswered();

    assertThat(server.rows().count("account WHERE userId = ?", user.getId())).isEqualTo(1);
    assertThat(new Tokens(server).isGood(signIn(user, NEW_PASSWORD))).isTrue();
  }

  private static void assertNoSessionOutlives(Consumer<User> replace) {
    SignUpResponse signedUp = server.given().signedUp();
    User user = signedUp.getUser();
    String neighbour = server.given().signedUp().getSession().getSessionToken();

    List<Supplier<String>> calls = new ArrayList<>();
    calls.add(() -> {
      replace.accept(user);
      return signedUp.getSession().getSessionToken();
    });
    for (int i = 0; i < 6; i++) {
      calls.add(() -> signIn(user, PASSWORD));
    }
    Race<String> race = Race.of(calls);

    race.assertOthersRefused(Status.Code.INVALID_ARGUMENT, Reason.INVALID_CREDENTIALS);
    Tokens tokens = new Tokens(server);
    assertThat(race.outcomes().get(0).refusal()).isNull();
    assertThat(tokens.good(race.answers())).isEmpty();
    assertThat(server.rows().count("session WHERE userId = ?", user.getId())).isZero();
    assertThat(tokens.isGood(signIn(user, NEW_PASSWORD))).isTrue();
    assertThat(tokens.isGood(neighbour)).isTrue();
  }

  private static String signIn(User user, String password) {
    return server
        .passwords()
        .signIn(SignInRequest.newBuilder()
            .setEmail(user.getEmail())
            .setPassword(password)
            .setRequestId(UUID.randomUUID().toString())
            .build())
        .getSession()
        .getSessionToken();
  }

  private static void change(User user, String wanted) {
    server
        .passwords()
        .changePassword(ChangePasswordRequest.newBuilder()
            .setUserId(user.getId())
            .setCurrentPassword(PASSWORD)
            .setNewPassword(wanted)
            .build());
  }

  private static void set(User user) {
    server
        .passwords()
        .setPassword(SetPasswordRequest.newBuilder()
            .setUserId(user.getId())
            .setNewPassword(NEW_PASSWORD)
            .build());
  }
}
