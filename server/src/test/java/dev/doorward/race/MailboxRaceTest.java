package dev.doorward.race;

import static dev.doorward.testing.Given.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.Given;
import dev.doorward.testing.Race;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Account;
import dev.doorward.v1.CompleteEmailChangeRequest;
import dev.doorward.v1.CompleteEmailVerificationRequest;
import dev.doorward.v1.CompleteEmailVerificationResponse;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignInWithAccountRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;

class MailboxRaceTest {

  private static final int RUNNERS = 8;

  private static TestServer server;

  @BeforeAll
  static void startWithCheapHashes() {
    server = TestServer.start(
        TestMariaDb.shared(),
        "password.memory-kib",
        "8",
        "password.iterations",
        "1",
        "verification.requests",
        "100");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Whoever signed up with another's address tries all they can while its owner proves it. */
  @RepeatedTest(30)
  void noSessionOfBeforeOutlivesTheFirstProofHoweverCloseItWas() {
    SignUpResponse attacker = server.given().signedUp();
    User user = attacker.getUser();
    String token = server.given().emailVerification(user);

    List<Supplier<String>> calls = new ArrayList<>();
    calls.add(() -> {
      prove(token);
      return attacker.getSession().getSessionToken();
    });
    for (int i = 0; i < 6; i++) {
      calls.add(() -> signIn(user));
    }
    Race<String> race = Race.of(calls);

    race.assertOthersRefused(Status.Code.INVALID_ARGUMENT, Reason.INVALID_CREDENTIALS);
    assertThat(race.outcomes().get(0).refusal()).isNull();
    assertThat(new Tokens(server).good(race.answers())).isEmpty();
    assertThat(server.rows().count("session WHERE userId = ?", user.getId())).isZero();
    assertThat(server.rows().count("account WHERE userId = ?", user.getId())).isZero();
  }

  /** The same by an account at a provider that is theirs. */
  @RepeatedTest(60)
  void noSessionByAFormerAccountOutlivesTheFirstProofHoweverCloseItWas() {
    User user = server.given().user();
    Account former = server.given().account(user);
    String token = server.given().emailVerification(user);

    List<Supplier<String>> calls = new ArrayList<>();
    calls.add(() -> {
      prove(token);
      return "";
    });
    for (int i = 0; i < 6; i++) {
      calls.add(() -> signIn(former));
    }
    Race<String> race = Race.of(calls);

    race.assertOthersRefused(Status.Code.INVALID_ARGUMENT, Reason.FIELD_INVALID);
    assertThat(race.outcomes().get(0).refusal()).isNull();
    assertThat(server.rows().count("account WHERE userId = ?", user.getId())).isZero();
    assertThat(server.rows().count("session WHERE userId = ?", user.getId())).isZero();
  }

  /** An account that is linked at the same moment was linked before or after, and goes or stays as a whole. */
  @RepeatedTest(20)
  void anAccountThatIsLinkedMeanwhileIsThereOrNotAndNothingFails() {
    User user = server.given().signedUp().getUser();
    String token = server.given().emailVerification(user);

    Race.<Boolean>of(4, runner -> {
          if (runner == 0) {
            return prove(token).getFormerAccountsRemoved();
          }
          return server
              .accounts()
              .linkAccount(LinkAccountRequest.newBuilder()
                  .setAccount(Given.freeAccount().setUserId(user.getId()))
                  .build())
              .hasAccount();
        })
        .assertAllAnswered();

    assertThat(server
            .rows()
            .count("account WHERE userId = ? AND provider = 'emailAndPassword'", user.getId()))
        .isZero();
  }

  @RepeatedTest(20)
  void ofManyWhoConfirmOneAddressAtOnceOneHasIt() {
    String wanted = Given.freeEmail();
    List<User> users =
        Stream.generate(() -> server.given().user()).limit(RUNNERS).toList();
    List<String> tokens =
        users.stream().map(user -> server.given().emailChange(user, wanted)).toList();

    Race<User> race = Race.of(RUNNERS, runner -> complete(tokens.get(runner), users.get(runner)));

    User winner = race.assertOneAnswered();
    race.assertOthersRefused(Status.Code.ALREADY_EXISTS, Reason.EMAIL_TAKEN);
    assertThat(server.rows().texts("SELECT id FROM user WHERE email = ?", wanted))
        .containsExactly(winner.getId());
  }

  @RepeatedTest(20)
  void ofManyTokensOfOneUserOneIsServed() {
    User user = server.given().user();
    List<String> wanted = Stream.generate(Given::freeEmail).limit(5).toList();
    List<String> tokens =
        wanted.stream().map(email -> server.given().emailChange(user, email)).toList();

    Race<User> race = Race.of(5, runner -> complete(tokens.get(runner), user));

    String email = race.assertOneAnswered().getEmail();
    race.assertOthersRefused(Status.Code.NOT_FOUND, Reason.VERIFICATION_NOT_FOUND);
    assertThat(wanted).contains(email);
    assertThat(server.rows().text("SELECT email FROM user WHERE id = ?", user.getId()))
        .isEqualTo(email);
  }

  private static CompleteEmailVerificationResponse prove(String token) {
    return server
        .verifications()
        .completeEmailVerification(
            CompleteEmailVerificationRequest.newBuilder().setToken(token).build());
  }

  private static User complete(String token, User user) {
    return server
        .verifications()
        .completeEmailChange(CompleteEmailChangeRequest.newBuilder()
            .setToken(token)
            .setSignedInUserId(user.getId())
            .build())
        .getUser();
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

  /** By one that is linked: nothing is known of whoever holds it. */
  private static String signIn(Account account) {
    return server
        .accounts()
        .signInWithAccount(SignInWithAccountRequest.newBuilder()
            .setAccount(Account.newBuilder()
                .setType(account.getType())
                .setProvider(account.getProvider())
                .setProviderAccountId(account.getProviderAccountId()))
            .build())
        .getSession()
        .getSessionToken();
  }
}
