package dev.doorward.fault.ledger;

import dev.doorward.error.Reason;
import java.util.Optional;
import java.util.UUID;

/** A call as its client knows it: the intent, written down before it, and what came of it. Of one thread until that has ended. */
final class Entry {

  enum Outcome {
    INTENDED,
    ACKNOWLEDGED,
    REFUSED,
    UNKNOWN
  }

  private final Operation operation;
  private final String email;
  private final String subject;
  private final String requestId = UUID.randomUUID().toString();
  private final long intendedNanos = System.nanoTime();

  private Outcome outcome = Outcome.INTENDED;
  private boolean wasUnknown;
  private int attempts;
  private Reason reason;
  private long acknowledgedNanos;
  private String madeId = "";
  private String session = "";
  private String token = "";

  /**
   * @param email of the user whom it is about, and whom no other thread asks anything about
   * @param subject the session that it ends, the one that it keeps, or the name that it gives
   */
  Entry(Operation operation, String email, String subject) {
    this.operation = operation;
    this.email = email;
    this.subject = subject;
  }

  void attempt() {
    attempts++;
  }

  /** Its answer, or the answer to another try of the same, has come. */
  void acknowledge() {
    outcome = Outcome.ACKNOWLEDGED;
    acknowledgedNanos = System.nanoTime();
  }

  void refuse(Reason reason) {
    this.outcome = Outcome.REFUSED;
    this.reason = reason;
  }

  void loseSightOf() {
    outcome = Outcome.UNKNOWN;
    wasUnknown = true;
  }

  /** The id of what it made. */
  void made(String id) {
    madeId = id;
  }

  void opened(String sessionId, String sessionToken) {
    session = sessionId;
    token = sessionToken;
  }

  Operation operation() {
    return operation;
  }

  String email() {
    return email;
  }

  String subject() {
    return subject;
  }

  String requestId() {
    return requestId;
  }

  long intendedNanos() {
    return intendedNanos;
  }

  boolean isAcknowledged() {
    return outcome == Outcome.ACKNOWLEDGED;
  }

  boolean isRefused() {
    return outcome == Outcome.REFUSED;
  }

  /** Whether it may have happened, and nobody has found out. */
  boolean isOpen() {
    return outcome == Outcome.UNKNOWN || outcome == Outcome.INTENDED;
  }

  boolean wasUnknown() {
    return wasUnknown;
  }

  int attempts() {
    return attempts;
  }

  Optional<Reason> reason() {
    return Optional.ofNullable(reason);
  }

  long acknowledgedNanos() {
    return acknowledgedNanos;
  }

  String madeId() {
    return madeId;
  }

  String session() {
    return session;
  }

  String token() {
    return token;
  }

  /** Never the token. */
  @Override
  public String toString() {
    return operation + " " + email + " " + subject + " request_id " + requestId + ": " + outcome
        + (wasUnknown ? ", once unknown" : "") + (reason == null ? "" : ", " + reason)
        + ", attempts "
        + attempts + ", made " + madeId + " " + session;
  }
}
