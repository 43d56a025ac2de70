package dev.doorward.account;

import java.time.Instant;

/**
 * A way for a user to sign in. What the provider has not given is null; its tokens are as they are stored, until a {@link
 * TokenSeal} opens them.
 */
public record Account(
    String id,
    String userId,
    String type,
    String provider,
    String providerAccountId,
    Instant createdAt,
    Instant updatedAt,
    String accessToken,
    String refreshToken,
    String idToken,
    Instant accessTokenExpiresAt,
    Instant refreshTokenExpiresAt,
    String scope,
    String tokenType,
    String sessionState) {

  Account withTokens(String newAccessToken, String newRefreshToken, String newIdToken) {
    return new Account(
        id,
        userId,
        type,
        provider,
        providerAccountId,
        createdAt,
        updatedAt,
        newAccessToken,
        newRefreshToken,
        newIdToken,
        accessTokenExpiresAt,
        refreshTokenExpiresAt,
        scope,
        tokenType,
        sessionState);
  }

  /** Without what the provider gave in confidence. */
  @Override
  public String toString() {
    return "Account[id=" + id + ", userId=" + userId + ", provider=" + provider + "]";
  }
}
