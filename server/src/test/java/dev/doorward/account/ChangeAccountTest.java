package dev.doorward.account;

import static dev.doorward.testing.Given.freeAccount;
import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Account;
import dev.doorward.v1.AccountView;
import dev.doorward.v1.GetAccountRequest;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.UnlinkAccountRequest;
import dev.doorward.v1.UpdateAccountRequest;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Updating and unlinking. */
@ExtendWith(DoorwardExtension.class)
class ChangeAccountTest {

  private static final String[] ALL_PATHS = {
    "access_token",
    "refresh_token",
    "id_token",
    "access_token_expires_at",
    "refresh_token_expires_at",
    "scope",
    "token_type",
    "session_state"
  };

  private final TestServer server;

  ChangeAccountTest(TestServer server) {
    this.server = server;
  }

  @Test
  void onlyWhatTheMaskNamesChanges() {
    Account account = complete();
    Account neighbour = complete();

    Account answer = update(
        Account.newBuilder()
            .setId(account.getId())
            .setAccessToken(Given.ACCESS_TOKEN + "-newer")
            .setRefreshToken("ignored, and long enough")
            .setScope("ignored")
            .setProvider("ignored"),
        "access_token");

    assertThat(answer.hasAccessToken()).as("basic view").isFalse();
    assertThat(full(account))
        .isEqualTo(account.toBuilder()
            .setAccessToken(Given.ACCESS_TOKEN + "-newer")
            .setUpdatedAt(answer.getUpdatedAt())
            .build());
    assertThat(full(neighbour)).isEqualTo(neighbour);
    assertThat(server.trail().event(account.getUserId()))
        .isEqualTo("ACCOUNT_UPDATED - " + account.getId() + " - local");
    assertThat(server.trail().revocations(account.getUserId())).isEmpty();
  }

  @Test
  void anEmptyMaskChangesTheFieldsThatAreSet() {
    Account account = complete();

    Account answer =
        update(Account.newBuilder().setId(account.getId()).setScope("").setTokenType("mac"));

    assertThat(full(account))
        .isEqualTo(account.toBuilder()
            .clearScope()
            .setTokenType("mac")
            .setUpdatedAt(answer.getUpdatedAt())
            .build());
  }

  @Test
  void whatIsNamedButNotSetIsCleared() {
    Account account = complete();

    Account answer = update(Account.newBuilder().setId(account.getId()), ALL_PATHS);

    assertThat(full(account))
        .isEqualTo(Account.newBuilder()
            .setId(account.getId())
            .setUserId(account.getUserId())
            .setType(account.getType())
            .setProvider(account.getProvider())
            .setProviderAccountId(account.getProviderAccountId())
            .setCreatedAt(account.getCreatedAt())
            .setUpdatedAt(answer.getUpdatedAt())
            .build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "user_id", "provider", "provider_account_id", "type", "*", ""})
  void anUnknownPathIsRefused(String path) {
    Account account = complete();

    assertInvalid(() -> update(Account.newBuilder().setId(account.getId()), path), "update_mask");
    assertThat(full(account)).isEqualTo(account);
  }

  @Test
  void whatIsTooLongIsNamed() {
    assertInvalid(
        () -> update(Account.newBuilder()
            .setId("x")
            .setAccessToken("x".repeat(16385))
            .setRefreshToken("é".repeat(8193))
            .setIdToken("x".repeat(16385))
            .setScope("x".repeat(4097))
            .setTokenType("x".repeat(65))
            .setSessionState("x".repeat(1025))
            .setAccessTokenExpiresAt(Timestamp.newBuilder().setNanos(-1))
            .setRefreshTokenExpiresAt(Timestamp.newBuilder().setSeconds(Long.MIN_VALUE))),
        "account.access_token",
        "account.refresh_token",
        "account.id_token",
        "account.scope",
        "account.token_type",
        "account.session_state",
        "account.access_token_expires_at",
        "account.refresh_token_expires_at");
  }

  @Test
  void tokensOf16KiBAreKept() {
    Account account = complete();

    update(Account.newBuilder().setId(account.getId()).setIdToken("é".repeat(8192)));

    assertThat(full(account).getIdToken()).isEqualTo("é".repeat(8192));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "🦊", " ", "' OR ''='"})
  void anUnknownAccountIsNotFound(String id) {
    assertNotFound(() -> update(Account.newBuilder().setId(id).setScope("x")));
    assertNotFound(() -> update(Account.newBuilder().setId(id)));
    assertNotFound(() -> unlink(id, true));
  }

  @Test
  void anIdIsRequired() {
    assertInvalid(() -> update(Account.newBuilder().setScope("x")), "account.id");
    assertInvalid(() -> unlink("", true), "account_id");
  }

  @Test
  void oneAccountIsUnlinkedAndNoOther() {
    User user = server.given().user();
    Account account = server.given().account(user);
    Account other = server.given().account(user);
    Account neighbour = complete();

    unlink(account.getId(), false);

    assertNotFound(() -> full(account));
    assertThat(full(other)).isEqualTo(other);
    assertThat(full(neighbour)).isEqualTo(neighbour);
    assertThat(server.trail().event(user.getId()))
        .isEqualTo("ACCOUNT_UNLINKED - " + account.getId() + " - local");
    assertNotFound(() -> unlink(account.getId(), false));
  }

  @Test
  void theLastWayToSignInStaysUnlessTheCallerInsists() {
    Account account = complete();

    assertRefused(
        Status.Code.FAILED_PRECONDITION,
        Reason.LAST_SIGN_IN_METHOD,
        () -> unlink(account.getId(), false));
    assertThat(full(account)).isEqualTo(account);

    unlink(account.getId(), true);
    assertNotFound(() -> full(account));
  }

  @Test
  void aPasswordIsAWayToSignInToo() {
    User user = server.given().signedUp().getUser();
    Account account = server.given().account(user);

    unlink(account.getId(), false);

    assertThat(server.rows().count("account WHERE userId = ?", user.getId())).isEqualTo(1);
  }

  private Account complete() {
    Timestamp end = Timestamp.newBuilder().setSeconds(4_000_000_000L).build();
    return full(server
        .accounts()
        .linkAccount(LinkAccountRequest.newBuilder()
            .setAccount(freeAccount()
                .setUserId(server.given().user().getId())
                .setAccessToken(Given.ACCESS_TOKEN)
                .setRefreshToken(Given.REFRESH_TOKEN)
                .setIdToken(Given.ID_TOKEN)
                .setAccessTokenExpiresAt(end)
                .setRefreshTokenExpiresAt(end)
                .setScope("openid")
                .setTokenType("bearer")
                .setSessionState("state"))
            .build())
        .getAccount());
  }

  private Account full(Account account) {
    return server
        .accounts()
        .getAccount(GetAccountRequest.newBuilder()
            .setAccountId(account.getId())
            .setView(AccountView.ACCOUNT_VIEW_FULL)
            .build())
        .getAccount();
  }

  private Account update(Account.Builder account, String... paths) {
    return server
        .accounts()
        .updateAccount(UpdateAccountRequest.newBuilder()
            .setAccount(account)
            .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(paths)))
            .build())
        .getAccount();
  }

  private void unlink(String id, boolean force) {
    server
        .accounts()
        .unlinkAccount(
            UnlinkAccountRequest.newBuilder().setAccountId(id).setForce(force).build());
  }

  private static void assertNotFound(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertRefused(Status.Code.NOT_FOUND, Reason.ACCOUNT_NOT_FOUND, call);
  }
}
