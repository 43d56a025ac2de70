package dev.doorward.account;

import static dev.doorward.testing.Given.freeAccount;
import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

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
import dev.doorward.v1.User;
import io.grpc.Status;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(DoorwardExtension.class)
class LinkAccountTest {

  private final TestServer server;

  LinkAccountTest(TestServer server) {
    this.server = server;
  }

  @Test
  void anAccountIsLinkedAndShownWithoutItsTokens() {
    User user = server.given().user();
    Timestamp end =
        Timestamp.newBuilder().setSeconds(4_000_000_000L).setNanos(123_456_000).build();
    Account.Builder wanted = account(user)
        .setId("brought/" + UUID.randomUUID())
        .setAccessToken(Given.ACCESS_TOKEN)
        .setRefreshToken(Given.REFRESH_TOKEN)
        .setIdToken(Given.ID_TOKEN)
        .setAccessTokenExpiresAt(end)
        .setRefreshTokenExpiresAt(end)
        .setScope("openid email")
        .setTokenType("bearer")
        .setSessionState("state");

    Account account = link(wanted);

    assertThat(account)
        .isEqualTo(wanted
            .clone()
            .clearAccessToken()
            .clearRefreshToken()
            .clearIdToken()
            .setCreatedAt(account.getCreatedAt())
            .setUpdatedAt(account.getCreatedAt())
            .build());
    assertThat(server.trail().event(user.getId()))
        .isEqualTo("ACCOUNT_LINKED - " + account.getId() + " - local");
    assertThat(server.trail().revocations(user.getId())).isEmpty();
    assertThat(get(account.getId(), AccountView.ACCOUNT_VIEW_FULL))
        .isEqualTo(account.toBuilder()
            .setAccessToken(Given.ACCESS_TOKEN)
            .setRefreshToken(Given.REFRESH_TOKEN)
            .setIdToken(Given.ID_TOKEN)
            .build());
    assertThat(get(account.getId(), AccountView.ACCOUNT_VIEW_BASIC)).isEqualTo(account);
    assertThat(get(account.getId(), AccountView.ACCOUNT_VIEW_UNSPECIFIED)).isEqualTo(account);
  }

  @Test
  void whatIsNotGivenStaysAbsent() {
    Account account = link(account(server.given().user()));

    assertThat(account.getId()).matches("[A-Za-z0-9_-]{21}");
    assertThat(get(account.getId(), AccountView.ACCOUNT_VIEW_FULL)).isEqualTo(account);
    assertThat(account.hasScope()).isFalse();
    assertThat(account.hasAccessTokenExpiresAt()).isFalse();
  }

  @Test
  void anAccountIsLinkedToAUserOnce() {
    User user = server.given().user();
    Account.Builder wanted = account(user);
    link(wanted);

    assertRefused(Status.Code.ALREADY_EXISTS, Reason.ACCOUNT_ALREADY_LINKED, () -> link(wanted));
    assertThat(server.rows().count("account WHERE userId = ?", user.getId())).isEqualTo(1);
  }

  @Test
  void anAccountOfAnotherUserIsRefused() {
    User neighbour = server.given().user();
    Account.Builder wanted = account(neighbour);
    link(wanted);
    User user = server.given().user();

    assertRefused(
        Status.Code.ALREADY_EXISTS,
        Reason.ACCOUNT_LINKED_TO_ANOTHER_USER,
        () -> link(wanted.setUserId(user.getId())));
    assertThat(server.rows().count("account WHERE userId = ?", neighbour.getId()))
        .isEqualTo(1);
    assertThat(server.rows().count("account WHERE userId = ?", user.getId())).isZero();
  }

  @Test
  void theProvidersNamesAreComparedByteForByte() {
    User user = server.given().user();
    String name = "Jose" + UUID.randomUUID();

    for (String variant :
        new String[] {name, name.toLowerCase(java.util.Locale.ROOT), name + " ", name + "\u0301"}) {
      link(account(user).setProviderAccountId(variant));
    }
    link(account(user).setProviderAccountId(name).setProvider("GitHub"));

    assertThat(server.rows().count("account WHERE userId = ?", user.getId())).isEqualTo(5);
  }

  @Test
  void anIdInUseIsTaken() {
    Account neighbour = server.given().account(server.given().user());

    assertRefused(
        Status.Code.ALREADY_EXISTS,
        Reason.ID_TAKEN,
        () -> link(account(server.given().user()).setId(neighbour.getId())));
    assertThat(get(neighbour.getId(), AccountView.ACCOUNT_VIEW_BASIC)).isEqualTo(neighbour);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "🦊", " "})
  void anUnknownUserIsNotFound(String userId) {
    assertRefused(
        Status.Code.NOT_FOUND, Reason.USER_NOT_FOUND, () -> link(freeAccount().setUserId(userId)));
  }

  @Test
  void anUnlinkedAccountCanBeLinkedAnewByAnybody() {
    Account.Builder wanted = account(server.given().user()).setId("x" + UUID.randomUUID());
    unlink(link(wanted));
    User user = server.given().user();

    assertThat(link(wanted.setUserId(user.getId())).getUserId()).isEqualTo(user.getId());
  }

  @Test
  void aRequestThatComesTwiceLinksOnce() {
    LinkAccountRequest request = LinkAccountRequest.newBuilder()
        .setAccount(account(server.given().user()))
        .setRequestId(UUID.randomUUID().toString())
        .build();

    Account first = server.accounts().linkAccount(request).getAccount();

    assertThat(server.accounts().linkAccount(request).getAccount()).isEqualTo(first);
    assertThat(server.trail().events(first.getUserId())).hasSize(2);
  }

  @Test
  void anotherRequestUnderTheSameIdIsRefused() {
    User user = server.given().user();
    LinkAccountRequest.Builder request = LinkAccountRequest.newBuilder()
        .setAccount(account(user))
        .setRequestId(UUID.randomUUID().toString());
    server.accounts().linkAccount(request.build());

    assertRefused(
        Status.Code.ALREADY_EXISTS,
        Reason.REQUEST_ID_REUSED,
        () -> server.accounts().linkAccount(request.setAccount(account(user)).build()));
    assertThat(server.rows().count("account WHERE userId = ?", user.getId())).isEqualTo(1);
  }

  @Test
  void aRepeatedRequestWhoseAccountIsGoneLinksNothing() {
    LinkAccountRequest request = LinkAccountRequest.newBuilder()
        .setAccount(account(server.given().user()))
        .setRequestId(UUID.randomUUID().toString())
        .build();
    unlink(server.accounts().linkAccount(request).getAccount());

    assertRefused(
        Status.Code.NOT_FOUND,
        Reason.ACCOUNT_NOT_FOUND,
        () -> server.accounts().linkAccount(request));
  }

  @Test
  void aPasswordIsNotLinkedByHand() {
    User user = server.given().user();

    assertInvalid(
        () -> link(account(user).setType("email").setProvider("emailAndPassword")),
        "account.provider");
  }

  @Test
  void whatIsRequiredIsNamed() {
    assertInvalid(
        () -> link(Account.newBuilder()),
        "account.user_id",
        "account.type",
        "account.provider",
        "account.provider_account_id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"OAuth", "9", "a b", "oidc\n", "ıd", "oauthoauthoauthoauthoauthoauthoaut"})
  void aTypeIsALowerCaseWord(String type) {
    assertInvalid(() -> link(account(server.given().user()).setType(type)), "account.type");
  }

  private Account.Builder account(User user) {
    return freeAccount().setUserId(user.getId());
  }

  private Account link(Account.Builder account) {
    return server
        .accounts()
        .linkAccount(LinkAccountRequest.newBuilder().setAccount(account).build())
        .getAccount();
  }

  private void unlink(Account account) {
    server
        .accounts()
        .unlinkAccount(UnlinkAccountRequest.newBuilder()
            .setAccountId(account.getId())
            .setForce(true)
            .build());
  }

  private Account get(String id, AccountView view) {
    return server
        .accounts()
        .getAccount(
            GetAccountRequest.newBuilder().setAccountId(id).setView(view).build())
        .getAccount();
  }
}
