package dev.doorward.race;

import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.Race;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Account;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.UnlinkAccountRequest;
import dev.doorward.v1.UnlinkAccountResponse;
import dev.doorward.v1.User;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class LinkAccountRaceTest {

  private static final int RUNNERS = 16;

  private final TestServer server;

  LinkAccountRaceTest(TestServer server) {
    this.server = server;
  }

  @RepeatedTest(20)
  void aProvidersAccountGetsOneUserAndTheOthersLearnWhose() {
    List<User> users = List.of(server.given().user(), server.given().user());
    Account.Builder account = Given.freeAccount();
    RowCounts before = RowCounts.of(server.rows());

    Race<Account> race = Race.of(RUNNERS, runner -> link(account.build(), users.get(runner % 2)));

    String owner = race.assertOneAnswered().getUserId();
    for (int runner = 0; runner < RUNNERS; runner++) {
      StatusRuntimeException refusal = race.outcomes().get(runner).refusal();
      if (refusal != null) {
        Reason expected = users.get(runner % 2).getId().equals(owner)
            ? Reason.ACCOUNT_ALREADY_LINKED
            : Reason.ACCOUNT_LINKED_TO_ANOTHER_USER;
        assertRefused(Status.Code.ALREADY_EXISTS, expected, () -> {
          throw refusal;
        });
      }
    }
    assertThat(RowCounts.of(server.rows()).since(before)).isEqualTo(new RowCounts(0, 1, 0, 1, 0));
    assertThat(server
            .rows()
            .texts(
                "SELECT userId FROM account WHERE provider = ? AND providerAccountId = ?",
                account.getProvider(),
                account.getProviderAccountId()))
        .containsExactly(owner);
  }

  @RepeatedTest(30)
  void ofTheLastTwoAccountsUnlinkedAtOnceOneStays() {
    User user = server.given().user();
    List<Account> accounts =
        List.of(server.given().account(user), server.given().account(user));
    Account neighbour = server.given().account(server.given().user());
    RowCounts before = RowCounts.of(server.rows());

    Race<UnlinkAccountResponse> race = Race.of(2, runner -> unlink(accounts.get(runner)));

    race.assertOneAnswered();
    race.assertOthersRefused(Status.Code.FAILED_PRECONDITION, Reason.LAST_SIGN_IN_METHOD);
    String stays =
        accounts.get(race.outcomes().get(0).refusal() == null ? 1 : 0).getId();
    assertThat(server.rows().texts("SELECT id FROM account WHERE userId = ?", user.getId()))
        .containsExactly(stays);
    assertThat(server.rows().count("account WHERE id = ?", neighbour.getId())).isEqualTo(1);
    assertThat(RowCounts.of(server.rows()).since(before)).isEqualTo(new RowCounts(0, -1, 0, 1, 0));
  }

  @RepeatedTest(10)
  void anAccountThatManyUnlinkAtOnceIsUnlinkedOnce() {
    User user = server.given().user();
    Account account = server.given().account(user);
    server.given().account(user);
    server.given().account(user);
    RowCounts before = RowCounts.of(server.rows());

    Race<UnlinkAccountResponse> race = Race.of(RUNNERS, runner -> unlink(account));

    race.assertOneAnswered();
    race.assertOthersRefused(Status.Code.NOT_FOUND, Reason.ACCOUNT_NOT_FOUND);
    assertThat(RowCounts.of(server.rows()).since(before)).isEqualTo(new RowCounts(0, -1, 0, 1, 0));
  }

  private Account link(Account account, User user) {
    return server
        .accounts()
        .linkAccount(LinkAccountRequest.newBuilder()
            .setAccount(account.toBuilder().setUserId(user.getId()))
            .build())
        .getAccount();
  }

  private UnlinkAccountResponse unlink(Account account) {
    return server
        .accounts()
        .unlinkAccount(
            UnlinkAccountRequest.newBuilder().setAccountId(account.getId()).build());
  }
}
