package dev.doorward.revocation;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Something that must leave every cache: one session, or all of a user.
 *
 * @param sessionId the session that ended or changed; of {@link Kind#USER_SESSIONS_REVOKED} the one that goes on; or null
 */
public record Revocation(Kind kind, String userId, String sessionId) {

  static final int LANES = 16;

  /** What happened. The names are stored. */
  public enum Kind {
    SESSION_REVOKED,
    /** Its token or its end changed; it may still be good. */
    SESSION_CHANGED,
    USER_SESSIONS_REVOKED,
    USER_DISABLED,
    USER_DELETED,
    /** What a validation says about the user changed; their sessions may still be good. */
    USER_CHANGED
  }

  public static Revocation ofSession(Kind kind, String userId, String sessionId) {
    return new Revocation(kind, userId, sessionId);
  }

  public static Revocation ofUser(Kind kind, String userId) {
    return new Revocation(kind, userId, null);
  }

  /** The lane in which all revocations of this user are numbered: the same as {@code CRC32(userId) & 15} in SQL. */
  int lane() {
    CRC32 hash = new CRC32();
    hash.update(userId.getBytes(StandardCharsets.US_ASCII));
    return (int) (hash.getValue() & (LANES - 1));
  }
}
