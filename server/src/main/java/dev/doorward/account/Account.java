package dev.doorward.account;

import java.time.Instant;

/** A way for a user to sign in. What the provider has not given is null. */
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

  /** Without what the provider gave in confidence. */
  @Override
  public String toString() {
    return "Account[id=" + id + ", userId=" + userId + ", provider=" + provider + "]";
  }
}
