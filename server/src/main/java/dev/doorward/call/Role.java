package dev.doorward.call;

/** What a caller may do: which calls that is, the contract says of each. The names are stored. */
public enum Role {
  VALIDATOR,
  AUTHENTICATOR,
  DIRECTORY,
  ADMIN,
  OPERATOR
}
