package dev.doorward.nearcache;

/** The decisions that the bound hangs on, apart from the rest so that a test can weaken one and must see the bound break. */
class Rules {

  static final Rules SOUND = new Rules();

  /** A snapshot that lacks a revocation which has been applied may hold the session that it revoked. */
  boolean isOvertaken(long seqApplied, long seqOfSnapshot) {
    return seqApplied > seqOfSnapshot;
  }

  /** The answer may have been long on its way; what it says was true when it was asked for. */
  long leaseStart(long askedNanos, long answeredNanos) {
    return askedNanos;
  }

  /** Whatever the head includes must have been applied, or what it revoked may still be here. */
  boolean isCaughtUp(long[] position, Position head) {
    return head.isReachedBy(position);
  }

  /** A number that is missing may be the one of a session that is here. */
  boolean isNext(long seqApplied, long seq) {
    return seq <= seqApplied + 1;
  }

  /** A sign of life may be older than a revocation, and says nothing of it. */
  boolean isHeartbeatProof() {
    return false;
  }
}
