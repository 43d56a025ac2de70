package dev.doorward.account;

import static dev.doorward.testing.Given.freeAccount;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.testing.CommandRun;
import dev.doorward.testing.Rows;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.testing.TokenKeyFile;
import dev.doorward.v1.Account;
import dev.doorward.v1.AccountView;
import dev.doorward.v1.GetAccountRequest;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** `account encrypt-tokens`, on a MariaDB that nobody else has accounts in. */
class TokenRotationTest {

  private static final int PLAIN = 250; // More than two batches.

  private static final String OLD = TokenKeys.generateLine();
  private static final String NEW = TokenKeys.generateLine();

  private static EmbeddedMariaDb mariaDb;

  @TempDir
  private Path directory;

  @BeforeAll
  static void start() {
    mariaDb = TestMariaDb.fresh();
    server(OLD).close(); // Which makes the tables.
  }

  @AfterAll
  static void stop() {
    mariaDb.close();
  }

  @BeforeEach
  void nobodyHasAnAccount() {
    rows().change("DELETE FROM user");
  }

  @Test
  void whatIsPlainOrUnderAnotherKeyIsStoredUnderTheFirstAndNothingElseChanges() {
    List<Account> accounts = new ArrayList<>();
    try (TestServer old = server(OLD)) {
      User user = old.given().user();
      for (int i = 0; i < 5; i++) {
        accounts.add(linked(old, user, "token " + i));
      }
      old.given().account(user);
      rows()
          .change(
              "INSERT INTO account (id, userId, provider, providerAccountId, accessToken, idToken, updatedAt)"
                  + " SELECT CONCAT('p', seq), ?, 'gitlab', seq, CONCAT('plain ', seq), '', '2020-01-01'"
                  + " FROM seq_1_to_" + PLAIN,
              user.getId());
    }
    try (TestServer both = server(NEW, OLD)) {
      accounts.add(linked(both, both.given().user(), "new"));
    }

    CommandRun first = rotate(NEW, OLD);
    CommandRun second = rotate(NEW, OLD);

    assertThat(first).isEqualTo(new CommandRun(0, "accounts encrypted: " + (PLAIN + 5) + "\n", ""));
    assertThat(second).isEqualTo(new CommandRun(0, "accounts encrypted: 0\n", ""));
    for (String column : List.of("accessToken", "refreshToken", "idToken")) {
      assertThat(rows()
              .count(
                  "account WHERE " + column + " NOT LIKE ?", "dwe1." + TokenKeyFile.id(NEW) + ".%"))
          .isZero();
    }
    try (TestServer server = server(NEW)) {
      assertThat(accounts)
          .allSatisfy(account -> assertThat(full(server, account.getId())).isEqualTo(account));
      Account plain = full(server, "p" + PLAIN);
      assertThat(plain.getAccessToken()).isEqualTo("plain " + PLAIN);
      assertThat(plain.hasRefreshToken()).isFalse();
      assertThat(plain.hasIdToken()).isTrue();
      assertThat(rows().count("account WHERE updatedAt = '2020-01-01'")).isEqualTo(PLAIN);
    }
  }

  @Test
  void whatOpensUnderNoKeyIsNamedAndLeftAndTheRestIsDone() {
    Account lost;
    Account half;
    try (TestServer unknown = server(TokenKeys.generateLine())) {
      lost = linked(unknown, unknown.given().user(), "lost");
      half = linked(unknown, unknown.given().user(), "half");
    }
    rows().change("UPDATE account SET idToken = 'plain' WHERE id = ?", half.getId());
    String before = rows().text("SELECT accessToken FROM account WHERE id = ?", lost.getId());

    CommandRun run = rotate(NEW);

    assertThat(run.exit()).isEqualTo(CommandLine.ExitCode.SOFTWARE);
    assertThat(run.out()).isEqualTo("accounts encrypted: 1\n");
    assertThat(run.err().lines())
        .containsExactlyInAnyOrder(
            "account " + lost.getId() + " has a token that opens under none of the keys",
            "account " + half.getId() + " has a token that opens under none of the keys");
    assertThat(rows().text("SELECT accessToken FROM account WHERE id = ?", lost.getId()))
        .isEqualTo(before);
    assertThat(rows().text("SELECT idToken FROM account WHERE id = ?", half.getId()))
        .startsWith("dwe1." + TokenKeyFile.id(NEW));
  }

  @Test
  void withoutAKeyAndWherePlainIsAskedForNothingIsDone() {
    CommandRun keyless = run("account.token-keys-file", "");
    CommandRun plain = run(
        "account.token-keys-file",
        TokenKeyFile.of(NEW).toString(),
        "account.tokens-at-rest",
        "plain");

    assertThat(keyless.exit()).isEqualTo(78);
    assertThat(keyless.err()).contains("account.token-keys-file: not set");
    assertThat(plain.exit()).isEqualTo(78);
    assertThat(plain.err()).contains("account.tokens-at-rest: plain (expected: encrypted)");
  }

  private CommandRun rotate(String... ring) {
    return run("account.token-keys-file", TokenKeyFile.of(ring).toString());
  }

  private CommandRun run(String... settings) {
    String config = CommandRun.config(
        directory.resolve("doorward.properties"), TestServer.settings(mariaDb, settings));
    return CommandRun.of("account", "encrypt-tokens", "--config", config);
  }

  private static TestServer server(String... ring) {
    return TestServer.start(
        mariaDb, "account.token-keys-file", TokenKeyFile.of(ring).toString());
  }

  private static Account linked(TestServer server, User user, String token) {
    return full(
        server,
        server
            .accounts()
            .linkAccount(LinkAccountRequest.newBuilder()
                .setAccount(freeAccount()
                    .setUserId(user.getId())
                    .setAccessToken(token)
                    .setRefreshToken(token))
                .build())
            .getAccount()
            .getId());
  }

  private static Account full(TestServer server, String id) {
    return server
        .accounts()
        .getAccount(GetAccountRequest.newBuilder()
            .setAccountId(id)
            .setView(AccountView.ACCOUNT_VIEW_FULL)
            .build())
        .getAccount();
  }

  private static Rows rows() {
    return new Rows(mariaDb);
  }
}
