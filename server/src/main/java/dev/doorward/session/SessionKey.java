package dev.doorward.session;

/** What a caller knows a session by: exactly one of the two is not null. */
public record SessionKey(String id, SessionToken token) {

  public static SessionKey ofId(String id) {
    return new SessionKey(id, null);
  }

  public static SessionKey ofToken(SessionToken token) {
    return new SessionKey(null, token);
  }
}
