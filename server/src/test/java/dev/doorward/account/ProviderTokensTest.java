package dev.doorward.account;

import static dev.doorward.testing.Given.freeAccount;
import static dev.doorward.testing.Given.freeEmail;
import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static dev.doorward.testing.Refusals.detail;
import static dev.doorward.testing.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.rpc.ErrorInfo;
import dev.doorward.error.Reason;
import dev.doorward.secrecy.Suite;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.LogCapture;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.testing.TokenKeyFile;
import dev.doorward.v1.Account;
import dev.doorward.v1.AccountView;
import dev.doorward.v1.GetAccountRequest;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.ListAccountsRequest;
import dev.doorward.v1.ProviderProfile;
import dev.doorward.v1.SignInWithAccountRequest;
import dev.doorward.v1.SignInWithAccountResponse;
import dev.doorward.v1.UpdateAccountRequest;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How providers' tokens lie in the database, and when they open. */
@ExtendWith(DoorwardExtension.class)
class ProviderTokensTest {

  private final TestServer server;

  ProviderTokensTest(TestServer server) {
    this.server = server;
  }

  @Test
  void noColumnHoldsATokenHoweverItCame() {
    String secret = "marked secret " + UUID.randomUUID();
    Account linked = link(
        server,
        freeAccount()
            .setUserId(server.given().user().getId())
            .setAccessToken(secret + " linked")
            .setRefreshToken(secret + " replaced"));
    update(server, linked.getId(), Account.newBuilder().setRefreshToken(secret + " updated"));
    SignInWithAccountRequest.Builder request = request(freeEmail());
    request.setRequestId(UUID.randomUUID().toString());
    request.getAccountBuilder().setIdToken(secret + " of somebody new");
    Account signedIn = signIn(server, request).getAccount();
    request.clearRequestId();
    request.getAccountBuilder().setIdToken(secret + " of somebody known");
    signIn(server, request);

    for (String column : server.rows().texts("""
        SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns
        WHERE table_schema = DATABASE() AND collation_name IS NOT NULL
        """)) {
      String[] name = column.split("\\.");
      assertThat(server.rows().count(name[0] + " WHERE LOCATE(?, " + name[1] + ")", secret))
          .as(column)
          .isZero();
    }
    assertThat(full(server, linked.getId()).getAccessToken()).isEqualTo(secret + " linked");
    assertThat(full(server, linked.getId()).getRefreshToken()).isEqualTo(secret + " updated");
    assertThat(full(server, signedIn.getId()).getIdToken())
        .isEqualTo(secret + " of somebody known");
  }

  @Test
  void theSameTokenIsNeverStoredAlike() {
    Account one = complete("one-and-the-same", "one-and-the-same", "one-and-the-same");
    Account other = complete("one-and-the-same", "one-and-the-same", "one-and-the-same");

    assertThat(server
            .rows()
            .texts(
                """
            SELECT accessToken FROM account WHERE id IN (?, ?)
            UNION SELECT refreshToken FROM account WHERE id IN (?, ?)
            UNION SELECT idToken FROM account WHERE id IN (?, ?)
            """,
                one.getId(),
                other.getId(),
                one.getId(),
                other.getId(),
                one.getId(),
                other.getId()))
        .hasSize(6)
        .allMatch(value -> value.matches("dwe1\\.[0-9A-Za-z]{8}\\.[A-Za-z0-9_-]{59}"));
  }

  @Test
  void aTokenOf16KiBFitsAndOneOfManyAlphabetsComesBack() {
    Account account = complete("é".repeat(8192), "🔑 and 鍵", "\u0000");

    assertThat(full(server, account.getId()).getAccessToken()).isEqualTo("é".repeat(8192));
    assertThat(full(server, account.getId()).getRefreshToken()).isEqualTo("🔑 and 鍵");
    assertThat(full(server, account.getId()).getIdToken()).isEqualTo("\u0000");
  }

  @Test
  void aValueOpensInNoOtherRow() {
    Account account = complete("access", "refresh", "id");
    Account neighbour = complete("access of the neighbour", "refresh", "id");

    store(account, "accessToken", stored(neighbour, "accessToken"));

    assertUnreadable(server, account.getId(), "access_token");
    assertThat(full(server, neighbour.getId()).getAccessToken())
        .isEqualTo("access of the neighbour");
  }

  @Test
  void aValueOpensInNoOtherColumn() {
    Account account = complete("access", "refresh", "id");
    String access = stored(account, "accessToken");

    store(account, "accessToken", stored(account, "idToken"));
    store(account, "idToken", access);

    assertUnreadable(server, account.getId(), "access_token,id_token");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CONCAT(accessToken, 'AAAA')",
        "LEFT(accessToken, CHAR_LENGTH(accessToken) - 4)",
        "LEFT(accessToken, 20)",
        "CONCAT(accessToken, '!')",
        "INSERT(accessToken, 20, 1, IF(SUBSTR(accessToken, 20, 1) = 'A', 'B', 'A'))",
        "INSERT(accessToken, 40, 1, IF(SUBSTR(accessToken, 40, 1) = 'A', 'B', 'A'))",
        "INSERT(accessToken, 6, 8, 'unknown0')",
        "'dwe1.'",
        "'dwe1..'",
        "'dwe1.x'"
      })
  void whatWasDamagedDoesNotOpen(String damage) {
    Account account = complete("access of some length", "refresh", "id");

    server
        .rows()
        .change("UPDATE account SET accessToken = " + damage + " WHERE id = ?", account.getId());

    assertUnreadable(server, account.getId(), "access_token");
  }

  @Test
  void whatDoesNotOpenKeepsNobodyFromTheRestAndCanBeReplaced() {
    SignInWithAccountRequest.Builder request = request(freeEmail());
    request.getAccountBuilder().setAccessToken("access").setRefreshToken("refresh");
    SignInWithAccountResponse first = signIn(server, request);
    String id = first.getAccount().getId();
    store(first.getAccount(), "refreshToken", stored(first.getAccount(), "accessToken"));
    request.getAccountBuilder().clearAccessToken().clearRefreshToken();

    assertThat(basic(server, id)).isEqualTo(first.getAccount());
    assertThat(list(server, first.getUser())).containsExactly(first.getAccount());
    assertThat(signIn(server, request).getUser()).isEqualTo(first.getUser());
    assertUnreadable(server, id, "refresh_token");

    update(server, id, Account.newBuilder().setRefreshToken("gho_a-new-one"));
    assertThat(full(server, id).getRefreshToken()).isEqualTo("gho_a-new-one");
    assertThat(full(server, id).getAccessToken()).isEqualTo("access");
  }

  @Test
  void whatLiesThereInPlainIsReadAsItIsUntilItIsReplaced() {
    SignInWithAccountRequest.Builder request = request(freeEmail());
    Account account = signIn(server, request).getAccount();
    store(account, "accessToken", "gho_of-before");
    store(account, "idToken", "gho_of-before-too");

    assertThat(full(server, account.getId()).getAccessToken()).isEqualTo("gho_of-before");

    request.getAccountBuilder().setAccessToken("gho_of-now");
    signIn(server, request);
    assertThat(stored(account, "accessToken")).startsWith("dwe1.");
    assertThat(full(server, account.getId()).getAccessToken()).isEqualTo("gho_of-now");
    assertThat(full(server, account.getId()).getIdToken()).isEqualTo("gho_of-before-too");
  }

  @Test
  void whatLooksAsIfItWereStoredAlreadyIsNoProvidersToken() {
    String sealed = stored(complete("access", "refresh", "id"), "accessToken");
    Account account = complete("access", "refresh", "id");

    assertInvalid(
        () -> update(
            server,
            account.getId(),
            Account.newBuilder()
                .setAccessToken(sealed)
                .setRefreshToken("dwe1.")
                .setIdToken("dwe1")),
        "account.access_token",
        "account.refresh_token");
    assertThat(full(server, account.getId()).getAccessToken()).isEqualTo("access");
  }

  @Test
  void withoutAKeyNoTokenIsTakenAndNothingChanges() {
    Account account = complete("access", "refresh", "id");
    String email = freeEmail();
    SignInWithAccountRequest.Builder known = request(freeEmail());
    User user = signIn(server, known).getUser();
    known.getAccountBuilder().setRefreshToken("x");
    SignInWithAccountRequest.Builder unknown = request(email);
    unknown.getAccountBuilder().setIdToken("x");
    List<String> events = server.trail().events(user.getId());
    try (TestServer keyless =
        TestServer.start(TestMariaDb.shared(), "account.token-keys-file", "")) {
      assertKeyMissing(
          () -> link(keyless, freeAccount().setUserId(account.getUserId()).setAccessToken("x")));
      assertKeyMissing(
          () -> update(keyless, account.getId(), Account.newBuilder().setIdToken("x")));
      assertKeyMissing(() -> signIn(keyless, known));
      assertKeyMissing(() -> signIn(keyless, unknown));

      assertThat(server.rows().count("account WHERE userId = ?", account.getUserId()))
          .isEqualTo(1);
      assertThat(full(server, account.getId())).isEqualTo(account);
      assertThat(server.trail().events(user.getId())).isEqualTo(events);
      assertThat(server.rows().count("user WHERE email = ?", email)).isZero();

      // Whatever brings no token goes on.
      known.getAccountBuilder().clearRefreshToken();
      assertThat(signIn(keyless, known).getUser()).isEqualTo(user);
      assertThat(link(keyless, freeAccount().setUserId(account.getUserId())).getId())
          .isNotEmpty();
      assertUnreadable(keyless, account.getId(), "access_token,refresh_token,id_token");
      update(
          keyless,
          account.getId(),
          Account.newBuilder(),
          "access_token",
          "refresh_token",
          "id_token");
      assertThat(full(keyless, account.getId()).hasIdToken()).isFalse();
    }
  }

  @Test
  void underAnotherRingTheTokensOfAnAccountAreClosedAndTheRestIsNot() {
    Account account = complete("access", "refresh", "id");
    try (TestServer other = TestServer.start(
        TestMariaDb.shared(),
        "account.token-keys-file",
        TokenKeyFile.of(TokenKeys.generateLine()).toString())) {
      assertUnreadable(other, account.getId(), "access_token,refresh_token,id_token");
      assertThat(basic(other, account.getId()).getUserId()).isEqualTo(account.getUserId());

      update(other, account.getId(), Account.newBuilder().setAccessToken("gho_a-new-one"));
      assertUnreadable(other, account.getId(), "refresh_token,id_token");
      assertUnreadable(server, account.getId(), "access_token");
    }
  }

  @Test
  void inPlainTheyAreStoredAsTheyAreAndThoseOfBeforeStillOpen() {
    Suite.letGo(List.of("gho_for-better-auth")); // Plain is what is asked for here.
    Account account = complete("access", "refresh", "id");
    try (TestServer plain =
        TestServer.start(TestMariaDb.shared(), "account.tokens-at-rest", "plain")) {
      update(plain, account.getId(), Account.newBuilder().setAccessToken("gho_for-better-auth"));

      assertThat(stored(account, "accessToken")).isEqualTo("gho_for-better-auth");
      assertThat(full(plain, account.getId()).getAccessToken()).isEqualTo("gho_for-better-auth");
      assertThat(full(plain, account.getId()).getRefreshToken()).isEqualTo("refresh");
      assertInvalid(
          () -> update(plain, account.getId(), Account.newBuilder().setIdToken("dwe1.a.b")),
          "account.id_token");
    }
  }

  @Test
  void noLogEverHasAToken() {
    String secret = "marked secret " + UUID.randomUUID();

    List<String> lines = LogCapture.of(() -> {
      Account account = complete(secret, secret, secret);
      full(server, account.getId());
      store(account, "accessToken", stored(account, "idToken"));
      refusal(() -> full(server, account.getId()));
      SignInWithAccountRequest.Builder request = request(freeEmail());
      request.getAccountBuilder().setAccessToken(secret);
      signIn(server, request);
    });

    assertThat(lines).noneMatch(line -> line.contains(secret));
  }

  private void assertKeyMissing(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertRefused(Status.Code.FAILED_PRECONDITION, Reason.TOKEN_KEY_MISSING, call);
  }

  private static void assertUnreadable(TestServer server, String id, String fields) {
    assertRefused(Status.Code.FAILED_PRECONDITION, Reason.TOKEN_UNREADABLE, () -> full(server, id));
    assertThat(detail(refusal(() -> full(server, id)), ErrorInfo.class)
            .orElseThrow()
            .getMetadataMap())
        .isEqualTo(Map.of("account_id", id, "fields", fields));
  }

  private Account complete(String accessToken, String refreshToken, String idToken) {
    Account linked = link(
        server,
        freeAccount()
            .setUserId(server.given().user().getId())
            .setAccessToken(accessToken)
            .setRefreshToken(refreshToken)
            .setIdToken(idToken));
    return full(server, linked.getId());
  }

  private String stored(Account account, String column) {
    return server.rows().text("SELECT " + column + " FROM account WHERE id = ?", account.getId());
  }

  private void store(Account account, String column, String value) {
    server
        .rows()
        .change("UPDATE account SET " + column + " = ? WHERE id = ?", value, account.getId());
  }

  private static Account link(TestServer server, Account.Builder account) {
    return server
        .accounts()
        .linkAccount(LinkAccountRequest.newBuilder().setAccount(account).build())
        .getAccount();
  }

  private static void update(
      TestServer server, String id, Account.Builder account, String... paths) {
    server
        .accounts()
        .updateAccount(UpdateAccountRequest.newBuilder()
            .setAccount(account.setId(id))
            .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(paths)))
            .build());
  }

  private static SignInWithAccountRequest.Builder request(String email) {
    return SignInWithAccountRequest.newBuilder()
        .setAccount(freeAccount())
        .setProfile(ProviderProfile.newBuilder().setEmail(email));
  }

  private static SignInWithAccountResponse signIn(
      TestServer server, SignInWithAccountRequest.Builder request) {
    return server.accounts().signInWithAccount(request.build());
  }

  private static Account full(TestServer server, String id) {
    return get(server, id, AccountView.ACCOUNT_VIEW_FULL);
  }

  private static Account basic(TestServer server, String id) {
    return get(server, id, AccountView.ACCOUNT_VIEW_BASIC);
  }

  private static Account get(TestServer server, String id, AccountView view) {
    return server
        .accounts()
        .getAccount(
            GetAccountRequest.newBuilder().setAccountId(id).setView(view).build())
        .getAccount();
  }

  private static List<Account> list(TestServer server, User user) {
    return server
        .accounts()
        .listAccounts(ListAccountsRequest.newBuilder().setUserId(user.getId()).build())
        .getAccountsList();
  }
}
