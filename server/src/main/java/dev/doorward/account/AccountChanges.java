package dev.doorward.account;

import dev.doorward.database.Change;
import java.time.Instant;

/** What an update does to what the provider has given along with an account. */
public record AccountChanges(
    Change<String> accessToken,
    Change<String> refreshToken,
    Change<String> idToken,
    Change<Instant> accessTokenExpiresAt,
    Change<Instant> refreshTokenExpiresAt,
    Change<String> scope,
    Change<String> tokenType,
    Change<String> sessionState) {

  /** All stays as it is. */
  static final AccountChanges NONE = new AccountChanges(
      Change.none(),
      Change.none(),
      Change.none(),
      Change.none(),
      Change.none(),
      Change.none(),
      Change.none(),
      Change.none());

  boolean none() {
    return !(accessToken.given()
        || refreshToken.given()
        || idToken.given()
        || accessTokenExpiresAt.given()
        || refreshTokenExpiresAt.given()
        || scope.given()
        || tokenType.given()
        || sessionState.given());
  }

  /** Without the tokens. */
  @Override
  public String toString() {
    return "(provider tokens)";
  }
}
