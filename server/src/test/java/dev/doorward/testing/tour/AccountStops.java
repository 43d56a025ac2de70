package dev.doorward.testing.tour;

import dev.doorward.testing.Given;
import dev.doorward.testing.TestIssuer;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Account;
import dev.doorward.v1.GetAccountRequest;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.ListAccountsRequest;
import dev.doorward.v1.ProviderAccountKey;
import dev.doorward.v1.ProviderProfile;
import dev.doorward.v1.SignInWithAccountRequest;
import dev.doorward.v1.SignInWithIdTokenRequest;
import dev.doorward.v1.UnlinkAccountRequest;
import dev.doorward.v1.UpdateAccountRequest;
import dev.doorward.v1.User;
import java.util.Map;
import java.util.function.Supplier;

/** The calls about accounts. */
final class AccountStops {

  private final TestServer server;

  AccountStops(TestServer server) {
    this.server = server;
  }

  void addTo(Map<String, Supplier<Runnable>> stops) {
    stops.put("LinkAccount", () -> {
      LinkAccountRequest request = LinkAccountRequest.newBuilder()
          .setAccount(Given.freeAccount().setUserId(server.given().user().getId()))
          .build();
      return () -> server.accounts().linkAccount(request);
    });
    stops.put("GetAccount", () -> {
      Account account = server.given().account(server.given().user());
      return () -> server
          .accounts()
          .getAccount(
              GetAccountRequest.newBuilder().setAccountId(account.getId()).build());
    });
    stops.put("GetAccount by provider_account", () -> {
      Account account = server.given().account(server.given().user());
      return () -> server
          .accounts()
          .getAccount(GetAccountRequest.newBuilder()
              .setProviderAccount(ProviderAccountKey.newBuilder()
                  .setProvider(account.getProvider())
                  .setProviderAccountId(account.getProviderAccountId()))
              .build());
    });
    stops.put("ListAccounts", () -> {
      User user = server.given().user();
      server.given().account(user);
      server.given().account(user);
      ListAccountsRequest first = ListAccountsRequest.newBuilder()
          .setUserId(user.getId())
          .setPageSize(1)
          .build();
      String next = server.accounts().listAccounts(first).getNextPageToken();
      return () ->
          server.accounts().listAccounts(first.toBuilder().setPageToken(next).build());
    });
    stops.put("UpdateAccount", () -> {
      Account account = server.given().account(server.given().user());
      return () -> server
          .accounts()
          .updateAccount(UpdateAccountRequest.newBuilder()
              .setAccount(Account.newBuilder().setId(account.getId()).setScope("email"))
              .build());
    });
    stops.put("UnlinkAccount", () -> {
      User user = server.given().user();
      Account account = server.given().account(user);
      server.given().account(user);
      return () -> server
          .accounts()
          .unlinkAccount(
              UnlinkAccountRequest.newBuilder().setAccountId(account.getId()).build());
    });
    stops.put("SignInWithAccount", () -> {
      Account account = server.given().account(server.given().user());
      return () -> server.accounts().signInWithAccount(signInWith(account.toBuilder()));
    });
    stops.put(
        "SignInWithAccount, a new user",
        () -> () -> server.accounts().signInWithAccount(signInWith(Given.freeAccount())));
    stops.put("SignInWithIdToken", () -> {
      SignInWithIdTokenRequest request = signInWithIdToken();
      server.accounts().signInWithIdToken(request);
      return () -> server.accounts().signInWithIdToken(request);
    });
    stops.put("SignInWithIdToken, a new user", () -> {
      SignInWithIdTokenRequest request = signInWithIdToken();
      return () -> server.accounts().signInWithIdToken(request);
    });
  }

  private static SignInWithIdTokenRequest signInWithIdToken() {
    return SignInWithIdTokenRequest.newBuilder()
        .setProvider(TestIssuer.NAME)
        .setIdToken(TestIssuer.token(claims -> claims.claim("email", Given.freeEmail())))
        .build();
  }

  private static SignInWithAccountRequest signInWith(Account.Builder account) {
    return SignInWithAccountRequest.newBuilder()
        .setAccount(account.clearId().clearUserId())
        .setProfile(ProviderProfile.newBuilder().setEmail(Given.freeEmail()))
        .build();
  }
}
