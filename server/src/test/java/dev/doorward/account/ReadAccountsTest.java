package dev.doorward.account;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Account;
import dev.doorward.v1.GetAccountRequest;
import dev.doorward.v1.ListAccountsRequest;
import dev.doorward.v1.ListAccountsResponse;
import dev.doorward.v1.ProviderAccountKey;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(DoorwardExtension.class)
class ReadAccountsTest {

  private final TestServer server;

  ReadAccountsTest(TestServer server) {
    this.server = server;
  }

  @Test
  void anAccountIsFoundByWhatTheProviderCallsIt() {
    Account account = server.given().account(server.given().user());
    server.given().account(server.given().user());

    assertThat(byProvider(account.getProvider(), account.getProviderAccountId()))
        .isEqualTo(account);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "🦊", " ", "' OR ''='", "%"})
  void anUnknownAccountIsNotFoundWhateverTheShapeOfItsKey(String key) {
    for (String shape : List.of(key, key.repeat(10_000))) {
      assertNotFound(() -> byId(shape));
      assertNotFound(() -> byProvider("github", shape));
      assertNotFound(() -> byProvider(shape, "x"));
    }
  }

  @Test
  void aKeyIsComparedByteForByte() {
    Account account = server.given().account(server.given().user());

    assertNotFound(() -> byProvider("GITHUB", account.getProviderAccountId()));
    assertNotFound(() -> byProvider("github ", account.getProviderAccountId()));
    assertNotFound(() -> byProvider("github", account.getProviderAccountId() + " "));
    assertNotFound(
        () -> byProvider("github", account.getProviderAccountId().toUpperCase(Locale.ROOT)));
  }

  @Test
  void aKeyIsRequired() {
    assertInvalid(() -> byId(""), "account_id");
    assertInvalid(
        () -> byProvider("", ""),
        "provider_account.provider",
        "provider_account.provider_account_id");
    assertInvalid(
        () -> server.accounts().getAccount(GetAccountRequest.getDefaultInstance()), "key");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void theAccountsOfOneUserComeOldestFirst(int pageSize) {
    User user = server.given().user();
    Account first = server.given().account(user);
    Account second = server.given().account(user);
    server.given().account(server.given().user());
    Account third = server.given().account(user);

    assertThat(all(user.getId(), pageSize)).containsExactly(first, second, third);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void accountsLinkedAtTheSameMomentAreNeitherLostNorDoubled(int pageSize) {
    User user = server.given().user();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      ids.add(server.given().account(user).getId());
    }
    server
        .rows()
        .change("UPDATE account SET createdAt = '2020-01-01' WHERE userId = ?", user.getId());

    assertThat(all(user.getId(), pageSize).stream().map(Account::getId))
        .containsExactlyElementsOf(ids.stream().sorted().toList());
  }

  @Test
  void aPasswordIsAnAccountAmongOthersWithoutItsHash() {
    SignUpResponse signedUp = server.given().signedUp();

    Account password = all(signedUp.getUser().getId(), 0).get(0);

    assertThat(password.getType()).isEqualTo("email");
    assertThat(password.getProvider()).isEqualTo("emailAndPassword");
    assertThat(password.getProviderAccountId()).isEqualTo(signedUp.getUser().getId());
    assertThat(password.toString()).doesNotContain("argon2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "🦊", " ", "' OR ''='"})
  void aUserWhoDoesNotExistHasNone(String userId) {
    assertThat(all(userId, 0)).isEmpty();
  }

  @Test
  void wrongFieldsAreRefused() {
    assertInvalid(() -> all("", -1), "user_id", "page_size");
    assertInvalid(() -> all("x", 1001), "page_size");
  }

  private Account byId(String id) {
    return server
        .accounts()
        .getAccount(GetAccountRequest.newBuilder().setAccountId(id).build())
        .getAccount();
  }

  private Account byProvider(String provider, String providerAccountId) {
    return server
        .accounts()
        .getAccount(GetAccountRequest.newBuilder()
            .setProviderAccount(ProviderAccountKey.newBuilder()
                .setProvider(provider)
                .setProviderAccountId(providerAccountId))
            .build())
        .getAccount();
  }

  private List<Account> all(String userId, int pageSize) {
    ListAccountsRequest.Builder request =
        ListAccountsRequest.newBuilder().setUserId(userId).setPageSize(pageSize);
    List<Account> accounts = new ArrayList<>();
    do {
      ListAccountsResponse page = server.accounts().listAccounts(request.build());
      accounts.addAll(page.getAccountsList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return accounts;
  }

  private static void assertNotFound(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertRefused(Status.Code.NOT_FOUND, Reason.ACCOUNT_NOT_FOUND, call);
  }
}
