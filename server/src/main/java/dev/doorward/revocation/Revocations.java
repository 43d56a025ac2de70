package dev.doorward.revocation;

import dev.doorward.database.Database;

/** The numbered log of what every cache must forget. */
public final class Revocations {

  private final RevocationMapper revocations;

  public Revocations(Database database) {
    this.revocations = database.mapper(RevocationMapper.class);
  }

  /**
   * Appends to the log, in the transaction that makes the change. It holds the lane until the commit, so it comes last.
   */
  public void append(Revocation revocation) {
    revocations.advance(revocation.lane());
    revocations.insertAtHead(revocation.lane(), revocation);
  }
}
