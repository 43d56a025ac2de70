package dev.doorward.revocation;

/** A revocation in its place. */
public record Numbered(int lane, long seq, Revocation.Kind kind, String sessionId, String userId) {

  Revocation revocation() {
    return new Revocation(kind, userId, sessionId);
  }
}
