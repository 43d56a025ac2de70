package dev.doorward.session;

import static dev.doorward.rpc.Times.toTimestamp;

/** Sessions in messages. */
public final class SessionMessages {

  private SessionMessages() {}

  public static dev.doorward.v1.Session toMessage(Session session) {
    return builder(session).build();
  }

  /** With the token, for the one reply that shows it. */
  public static dev.doorward.v1.Session toMessage(Sessions.Opened opened) {
    return builder(opened.session()).setSessionToken(opened.token().reveal()).build();
  }

  private static dev.doorward.v1.Session.Builder builder(Session session) {
    dev.doorward.v1.Session.Builder message = dev.doorward.v1.Session.newBuilder()
        .setId(session.id())
        .setUserId(session.userId())
        .setExpires(toTimestamp(session.expires()))
        .setCreatedAt(toTimestamp(session.createdAt()))
        .setUpdatedAt(toTimestamp(session.updatedAt()))
        .setRemember(session.remember())
        .setAuthenticatedAt(toTimestamp(session.authenticatedAt()));
    if (session.ipAddress() != null) {
      message.setIpAddress(session.ipAddress());
    }
    if (session.userAgent() != null) {
      message.setUserAgent(session.userAgent());
    }
    return message;
  }
}
