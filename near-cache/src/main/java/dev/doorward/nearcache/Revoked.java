package dev.doorward.nearcache;

/**
 * What must leave the cache.
 *
 * @param scope which of the user's sessions
 * @param userId whose sessions
 * @param sessionId the session that {@code scope} speaks of; null with {@link Scope#ALL}
 */
public record Revoked(Scope scope, String userId, String sessionId) {

  /** Which sessions of the user. */
  public enum Scope {
    /** The one that is named. */
    ONE,
    /** All but the one that is named. */
    ALL_BUT_ONE,
    /** All of them. */
    ALL
  }

  /**
   * One session of a user.
   *
   * @param userId whose
   * @param sessionId which
   * @return what must leave
   */
  public static Revoked one(String userId, String sessionId) {
    return new Revoked(Scope.ONE, userId, sessionId);
  }

  /**
   * All sessions of a user.
   *
   * @param userId whose
   * @return what must leave
   */
  public static Revoked all(String userId) {
    return new Revoked(Scope.ALL, userId, null);
  }

  /**
   * All sessions of a user but one.
   *
   * @param userId whose
   * @param sessionId the one that stays
   * @return what must leave
   */
  public static Revoked allBut(String userId, String sessionId) {
    return new Revoked(Scope.ALL_BUT_ONE, userId, sessionId);
  }

  boolean concerns(String session) {
    return switch (scope) {
      case ONE -> session.equals(sessionId);
      case ALL_BUT_ONE -> !session.equals(sessionId);
      case ALL -> true;
    };
  }
}
