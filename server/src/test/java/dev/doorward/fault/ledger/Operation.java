package dev.doorward.fault.ledger;

/** What a client asks for. */
enum Operation {
  CREATE_USER,
  SIGN_UP,
  CREATE_SESSION,
  LINK_ACCOUNT,
  UPDATE_USER,
  REVOKE_SESSION,
  REVOKE_USER_SESSIONS,
  DELETE_USER
}
