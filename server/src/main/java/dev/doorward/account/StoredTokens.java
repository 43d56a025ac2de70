package dev.doorward.account;

/** What the columns of an account's tokens hold, null where it is of no interest. */
record StoredTokens(String id, String accessToken, String refreshToken, String idToken) {

  boolean none() {
    return accessToken == null && refreshToken == null && idToken == null;
  }

  /** Without the tokens, which may lie there in plain. */
  @Override
  public String toString() {
    return "StoredTokens[id=" + id + "]";
  }
}
