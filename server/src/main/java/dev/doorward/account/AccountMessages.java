package dev.doorward.account;

import static dev.doorward.rpc.Times.toTimestamp;

import dev.doorward.v1.AccountView;

/** Accounts in messages. */
final class AccountMessages {

  private AccountMessages() {}

  /** In the basic view, without what the provider gave in confidence. */
  static dev.doorward.v1.Account toMessage(Account account) {
    return toMessage(account, AccountView.ACCOUNT_VIEW_BASIC);
  }

  static dev.doorward.v1.Account toMessage(Account account, AccountView view) {
    dev.doorward.v1.Account.Builder message = dev.doorward.v1.Account.newBuilder()
        .setId(account.id())
        .setUserId(account.userId())
        .setType(account.type())
        .setProvider(account.provider())
        .setProviderAccountId(account.providerAccountId())
        .setCreatedAt(toTimestamp(account.createdAt()))
        .setUpdatedAt(toTimestamp(account.updatedAt()));
    if (account.accessTokenExpiresAt() != null) {
      message.setAccessTokenExpiresAt(toTimestamp(account.accessTokenExpiresAt()));
    }
    if (account.refreshTokenExpiresAt() != null) {
      message.setRefreshTokenExpiresAt(toTimestamp(account.refreshTokenExpiresAt()));
    }
    if (account.scope() != null) {
      message.setScope(account.scope());
    }
    if (account.tokenType() != null) {
      message.setTokenType(account.tokenType());
    }
    if (account.sessionState() != null) {
      message.setSessionState(account.sessionState());
    }
    if (view == AccountView.ACCOUNT_VIEW_FULL) {
      addTokens(message, account);
    }
    return message.build();
  }

  private static void addTokens(dev.doorward.v1.Account.Builder message, Account account) {
    if (account.accessToken() != null) {
      message.setAccessToken(account.accessToken());
    }
    if (account.refreshToken() != null) {
      message.setRefreshToken(account.refreshToken());
    }
    if (account.idToken() != null) {
      message.setIdToken(account.idToken());
    }
  }
}
