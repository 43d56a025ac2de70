package dev.doorward.revocation;

import dev.doorward.nearcache.Position;
import dev.doorward.nearcache.Revoked;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Something that must leave every cache: one session, or all of a user. So are keys: the caller stands in the place of the
 * user, and the key in that of the session.
 *
 * @param sessionId the session that ended or changed; of {@link Kind#USER_SESSIONS_REVOKED} the one that goes on; or null
 */
public record Revocation(Kind kind, String userId, String sessionId) {

  /** What happened. The names are stored. */
  public enum Kind {
    SESSION_REVOKED,
    /** Its token or its end changed; it may still be good. */
    SESSION_CHANGED,
    USER_SESSIONS_REVOKED,
    USER_DISABLED,
    USER_DELETED,
    /** What a validation says about the user changed; their sessions may still be good. */
    USER_CHANGED,
    CALLER_KEY_REVOKED,
    /** What a caller may do changed, or by which certificate it is known. */
    CALLER_CHANGED
  }

  public static Revocation ofSession(Kind kind, String userId, String sessionId) {
    return new Revocation(kind, userId, sessionId);
  }

  public static Revocation ofUser(Kind kind, String userId) {
    return new Revocation(kind, userId, null);
  }

  public static Revocation ofCallerKey(String callerId, String keyId) {
    return new Revocation(Kind.CALLER_KEY_REVOKED, callerId, keyId);
  }

  public static Revocation ofCaller(String callerId) {
    return new Revocation(Kind.CALLER_CHANGED, callerId, null);
  }

  /** The lane in which all revocations of a user are numbered: the same as {@code CRC32(userId) & 15} in SQL. */
  public static int lane(String userId) {
    CRC32 hash = new CRC32();
    hash.update(userId.getBytes(StandardCharsets.US_ASCII));
    return (int) (hash.getValue() & (Position.LANES - 1));
  }

  int lane() {
    return lane(userId);
  }

  Revoked revoked() {
    return switch (kind) {
      case SESSION_REVOKED, SESSION_CHANGED, CALLER_KEY_REVOKED -> Revoked.one(userId, sessionId);
      case USER_SESSIONS_REVOKED ->
        sessionId == null ? Revoked.all(userId) : Revoked.allBut(userId, sessionId);
      case USER_DISABLED, USER_DELETED, USER_CHANGED, CALLER_CHANGED -> Revoked.all(userId);
    };
  }
}
