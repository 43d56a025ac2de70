package dev.doorward.revocation;

import dev.doorward.database.Database;

/** The numbered log of what every cache must forget. */
public final class Revocations {

  private final Database database;
  private final RevocationMapper revocations;
  private final Feed feed;

  public Revocations(Database database, Feed feed) {
    this.database = database;
    this.revocations = database.mapper(RevocationMapper.class);
    this.feed = feed;
  }

  /**
   * Appends to the log, in the transaction that makes the change. It holds the lane until the commit, so it comes last.
   */
  public void append(Revocation revocation) {
    revocations.advance(revocation.lane());
    revocations.insertAtHead(revocation.lane(), revocation);
    database.afterCommit(() -> feed.committedHere(revocation));
  }
}
