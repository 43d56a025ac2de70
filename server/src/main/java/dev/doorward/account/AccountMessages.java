package dev.doorward.account;

import static dev.doorward.rpc.Times.toTimestamp;

/** Accounts in messages. */
public final class AccountMessages {

  private AccountMessages() {}

  /** In the basic view, without what the provider gave in confidence. */
  public static dev.doorward.v1.Account toMessage(Account account) {
    return builder(account).build();
  }

  /** With the provider's tokens, which have been opened. */
  public static dev.doorward.v1.Account toFullMessage(Account account) {
    dev.doorward.v1.Account.Builder message = builder(account);
    if (account.accessToken() != null) {
      message.setAccessToken(account.accessToken());
    }
    if (account.refreshToken() != null) {
      message.setRefreshToken(account.refreshToken());
    }
    if (account.idToken() != null) {
      message.setIdToken(account.idToken());
    }
    return message.build();
  }

  private static dev.doorward.v1.Account.Builder builder(Account account) {
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
    return message;
  }
}
