package dev.doorward.account;

import dev.doorward.token.TokenForm;

/** What the columns of an account's tokens hold, null where it is of no interest. */
record StoredTokens(String id, String accessToken, String refreshToken, String idToken) {

  boolean none() {
    return accessToken == null && refreshToken == null && idToken == null;
  }

  /** Their SHA-256 in their place: what a statement may say of them, for it can get into a log. */
  StoredTokens hashed() {
    return new StoredTokens(id, hash(accessToken), hash(refreshToken), hash(idToken));
  }

  private static String hash(String token) {
    return token == null ? null : TokenForm.hash(token);
  }

  /** Without the tokens, which may lie there in plain. */
  @Override
  public String toString() {
    return "StoredTokens[id=" + id + "]";
  }
}
