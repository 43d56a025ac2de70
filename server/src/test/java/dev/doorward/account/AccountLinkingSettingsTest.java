package dev.doorward.account;

import static dev.doorward.testing.Given.freeAccount;
import static dev.doorward.testing.Given.freeEmail;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Account;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.ProviderProfile;
import dev.doorward.v1.SignInWithAccountRequest;
import dev.doorward.v1.SignInWithAccountResponse;
import dev.doorward.v1.User;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

/** What the settings of linking change. */
class AccountLinkingSettingsTest {

  @Test
  void aTrustedProvidersWordIsTakenWhetherItHasVerifiedOrNot() {
    try (TestServer server =
        TestServer.start(TestMariaDb.shared(), "account.trusted-providers", "github, google")) {
      User verified = server.given().verifiedUser();
      User unverified = server.given().user();
      Account.Builder untrusted = freeAccount().setProvider("GitHub");

      SignInWithAccountResponse answer =
          signIn(server, freeAccount().setProvider("github"), verified.getEmail(), false);

      assertThat(answer.getUser()).isEqualTo(verified);
      assertRefused(
          Status.Code.FAILED_PRECONDITION,
          Reason.PROVIDER_EMAIL_UNVERIFIED,
          () -> signIn(server, untrusted, verified.getEmail(), false));
      assertRefused(
          Status.Code.FAILED_PRECONDITION,
          Reason.LOCAL_EMAIL_UNVERIFIED,
          () -> signIn(server, freeAccount(), unverified.getEmail(), false));
    }
  }

  @Test
  void withLinkingOffOnlyNewAndLinkedUsersSignIn() {
    try (TestServer server = TestServer.start(
        TestMariaDb.shared(), "account.linking", "false", "account.trusted-providers", "github")) {
      User user = server.given().verifiedUser();
      Account.Builder account = freeAccount();

      assertRefused(
          Status.Code.FAILED_PRECONDITION,
          Reason.ACCOUNT_LINKING_DISABLED,
          () -> signIn(server, account, user.getEmail(), true));
      assertThat(server.rows().count("account WHERE userId = ?", user.getId())).isZero();

      assertThat(signIn(server, freeAccount(), freeEmail(), true).getUserCreated())
          .isTrue();
      server
          .accounts()
          .linkAccount(LinkAccountRequest.newBuilder()
              .setAccount(account.clone().setUserId(user.getId()))
              .build());
      assertThat(signIn(server, account, user.getEmail(), false).getUser()).isEqualTo(user);
    }
  }

  private static SignInWithAccountResponse signIn(
      TestServer server, Account.Builder account, String email, boolean verified) {
    return server
        .accounts()
        .signInWithAccount(SignInWithAccountRequest.newBuilder()
            .setAccount(account)
            .setProfile(ProviderProfile.newBuilder().setEmail(email).setEmailVerified(verified))
            .build());
  }
}
