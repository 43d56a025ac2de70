package dev.doorward.race;

import static dev.doorward.testing.Given.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.Race;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.User;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;

/** Two servers with different ideas of what a hash should cost. */
class RehashRaceTest {

  private static final int RUNNERS = 16;

  private static TestServer cheap;
  private static TestServer dear;

  @BeforeAll
  static void startBoth() {
    cheap = start("1");
    dear = start("2");
  }

  @AfterAll
  static void stopBoth() {
    cheap.close();
    dear.close();
  }

  @RepeatedTest(10)
  void allWhoSignInAtOnceGetInAndTheHashIsRenewed() {
    User user = cheap.given().signedUp().getUser();
    assertThat(hash(user)).contains("t=1,");

    Race<String> race = Race.of(RUNNERS, runner -> signIn(dear, user, runner % 2 == 0));

    List<String> answers = race.assertAllAnswered();
    assertThat(new Tokens(dear).good(answers)).hasSize(RUNNERS);
    assertThat(hash(user)).contains("t=2,");
    assertThat(dear.rows().count("session WHERE userId = ?", user.getId())).isEqualTo(1 + RUNNERS);
  }

  @RepeatedTest(5)
  void allGetInEvenWhileTwoServersDisagreeAboutTheHash() {
    User user = cheap.given().signedUp().getUser();

    Race<String> race =
        Race.of(RUNNERS, runner -> signIn(runner % 2 == 0 ? cheap : dear, user, true));

    assertThat(new Tokens(cheap).good(race.assertAllAnswered())).hasSize(RUNNERS);
    assertThat(cheap.rows().count("session WHERE userId = ?", user.getId())).isEqualTo(1 + RUNNERS);
  }

  private static TestServer start(String iterations) {
    return TestServer.start(
        TestMariaDb.shared(),
        "password.memory-kib",
        "64",
        "password.iterations",
        iterations,
        "attempt.free",
        "100");
  }

  private static String hash(User user) {
    return cheap.rows().text("SELECT password FROM account WHERE userId = ?", user.getId());
  }

  private static String signIn(TestServer server, User user, boolean repeatable) {
    SignInRequest.Builder request =
        SignInRequest.newBuilder().setEmail(user.getEmail()).setPassword(PASSWORD);
    if (repeatable) {
      request.setRequestId(UUID.randomUUID().toString());
    }
    return server.passwords().signIn(request.build()).getSession().getSessionToken();
  }
}
