package dev.doorward.account;

/** In which form providers' tokens are stored. */
public enum TokensAtRest {
  ENCRYPTED,
  PLAIN
}
