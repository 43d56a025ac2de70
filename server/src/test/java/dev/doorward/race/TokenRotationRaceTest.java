package dev.doorward.race;

import static dev.doorward.testing.Given.freeAccount;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.account.TokenKeys;
import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.testing.CommandRun;
import dev.doorward.testing.Race;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.testing.TokenKeyFile;
import dev.doorward.v1.Account;
import dev.doorward.v1.AccountView;
import dev.doorward.v1.GetAccountRequest;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.UpdateAccountRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens are stored anew while a server, which still writes under the old key, replaces them time and again. */
class TokenRotationRaceTest {

  private static final int ACCOUNTS = 8;
  private static final int UPDATES = 150;
  private static final String OLD = TokenKeys.generateLine();
  private static final String NEW = TokenKeys.generateLine();

  @TempDir
  private Path directory;

  @Test
  void nobodysNewerTokenIsLost() {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(
            mariaDb, "account.token-keys-file", TokenKeyFile.of(OLD, NEW).toString())) {
      String config = CommandRun.config(
          directory.resolve("doorward.properties"),
          TestServer.settings(
              mariaDb, "account.token-keys-file", TokenKeyFile.of(NEW, OLD).toString()));
      List<Account> accounts = new ArrayList<>();
      for (int i = 0; i < ACCOUNTS; i++) {
        accounts.add(link(server));
      }
      AtomicInteger updating = new AtomicInteger(ACCOUNTS);
      List<Supplier<Integer>> runners = new ArrayList<>();
      for (Account account : accounts) {
        runners.add(() -> {
          try {
            for (int i = 1; i <= UPDATES; i++) {
              update(server, account, "token " + i);
              assertThat(full(server, account).getAccessToken()).isEqualTo("token " + i);
            }
            return 0;
          } finally {
            updating.decrementAndGet();
          }
        });
      }
      runners.add(() -> {
        int encrypted = 0;
        while (updating.get() > 0) {
          encrypted += encrypt(config);
        }
        return encrypted;
      });

      List<Integer> ends = Race.of(runners).assertAllAnswered();

      assertThat(ends.get(ACCOUNTS)).as("stored anew meanwhile").isPositive();
      encrypt(config);
      for (Account account : accounts) {
        assertThat(full(server, account).getAccessToken()).isEqualTo("token " + UPDATES);
        assertThat(full(server, account).getRefreshToken()).isEqualTo("token of the beginning");
      }
      assertThat(server
              .rows()
              .count("account WHERE accessToken NOT LIKE ?", "dwe1." + TokenKeyFile.id(NEW) + ".%"))
          .isZero();
    }
  }

  private static int encrypt(String config) {
    CommandRun run = CommandRun.of("account", "encrypt-tokens", "--config", config);
    return Integer.parseInt(run.out().strip().replace("accounts encrypted: ", ""));
  }

  private static Account link(TestServer server) {
    return server
        .accounts()
        .linkAccount(LinkAccountRequest.newBuilder()
            .setAccount(freeAccount()
                .setUserId(server.given().user().getId())
                .setAccessToken("token of the beginning")
                .setRefreshToken("token of the beginning"))
            .build())
        .getAccount();
  }

  private static void update(TestServer server, Account account, String token) {
    server
        .accounts()
        .updateAccount(UpdateAccountRequest.newBuilder()
            .setAccount(Account.newBuilder().setId(account.getId()).setAccessToken(token))
            .build());
  }

  private static Account full(TestServer server, Account account) {
    return server
        .accounts()
        .getAccount(GetAccountRequest.newBuilder()
            .setAccountId(account.getId())
            .setView(AccountView.ACCOUNT_VIEW_FULL)
            .build())
        .getAccount();
  }
}
