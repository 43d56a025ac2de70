package dev.doorward.event;

/**
 * A change to be recorded.
 *
 * @param userId null if it is about nobody
 * @param sessionId null if it is about no session in particular
 * @param accountId null if it is about no account in particular
 * @param callerKeyId null if it is about no caller's key
 */
public record Event(
    EventType type, String userId, String sessionId, String accountId, String callerKeyId) {

  public static Event ofNobody(EventType type) {
    return new Event(type, null, null, null, null);
  }

  public static Event ofUser(EventType type, String userId) {
    return new Event(type, userId, null, null, null);
  }

  public static Event ofSession(EventType type, String userId, String sessionId) {
    return new Event(type, userId, sessionId, null, null);
  }

  public static Event ofAccount(EventType type, String userId, String accountId) {
    return new Event(type, userId, null, accountId, null);
  }

  public static Event ofCallerKey(EventType type, String callerKeyId) {
    return new Event(type, null, null, null, callerKeyId);
  }
}
