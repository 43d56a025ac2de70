package dev.doorward.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.Race;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Account;
import dev.doorward.v1.ProviderProfile;
import dev.doorward.v1.SignInWithAccountRequest;
import dev.doorward.v1.SignInWithAccountResponse;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class ProviderSignInRaceTest {

  private static final int RUNNERS = 16;

  private final TestServer server;

  ProviderSignInRaceTest(TestServer server) {
    this.server = server;
  }

  @RepeatedTest(15)
  void allFirstSignInsOfAVerifiedAddressEndInOneUser() {
    assertOneUser(true);
  }

  @RepeatedTest(30)
  void allFirstSignInsOfAnUnverifiedAddressEndInOneUser() {
    assertOneUser(false);
  }

  @RepeatedTest(15)
  void twoProvidersOfOneVerifiedAddressEndInOneUserWithBothAccounts() {
    List<Account> accounts = List.of(
        Given.freeAccount().build(), Given.freeAccount().setProvider("gitlab").build());
    ProviderProfile profile = profile(true);
    RowCounts before = RowCounts.of(server.rows());

    Race<SignInWithAccountResponse> race =
        Race.of(RUNNERS, runner -> signIn(accounts.get(runner % 2), profile));

    assertOneUserWith(race.assertAllAnswered());
    assertThat(RowCounts.of(server.rows()).since(before))
        .isEqualTo(new RowCounts(1, 2, RUNNERS, 3 + RUNNERS, 0));
  }

  private void assertOneUser(boolean verified) {
    Account account = Given.freeAccount().build();
    ProviderProfile profile = profile(verified);
    RowCounts before = RowCounts.of(server.rows());

    Race<SignInWithAccountResponse> race = Race.of(RUNNERS, runner -> signIn(account, profile));

    assertOneUserWith(race.assertAllAnswered());
    assertThat(RowCounts.of(server.rows()).since(before))
        .isEqualTo(new RowCounts(1, 1, RUNNERS, 2 + RUNNERS, 0));
  }

  private void assertOneUserWith(List<SignInWithAccountResponse> answers) {
    assertThat(answers.stream().map(answer -> answer.getUser().getId()).distinct())
        .hasSize(1);
    assertThat(answers.stream().filter(SignInWithAccountResponse::getUserCreated))
        .hasSize(1);
    assertThat(new Tokens(server)
            .good(answers.stream()
                .map(answer -> answer.getSession().getSessionToken())
                .toList()))
        .hasSize(RUNNERS);
  }

  private SignInWithAccountResponse signIn(Account account, ProviderProfile profile) {
    return server
        .accounts()
        .signInWithAccount(SignInWithAccountRequest.newBuilder()
            .setAccount(account)
            .setProfile(profile)
            .build());
  }

  private static ProviderProfile profile(boolean verified) {
    return ProviderProfile.newBuilder()
        .setEmail(Given.freeEmail())
        .setEmailVerified(verified)
        .build();
  }
}
