package dev.doorward.revocation;

import dev.doorward.database.Database;
import dev.doorward.database.Reserve;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** The numbered log of what every cache must forget. */
public final class Revocations {

  private static final Instant NEVER_OLD = Instant.parse("9999-12-31T00:00:00Z");

  private final Database database;
  private final RevocationMapper revocations;
  private final Reserve reserve;
  private final Consumer<Revocation> committed;

  public Revocations(Database database, Feed feed, Reserve reserve) {
    this(database, reserve, feed::committedHere);
  }

  private Revocations(Database database, Reserve reserve, Consumer<Revocation> committed) {
    this.database = database;
    this.reserve = reserve;
    this.revocations = database.mapper(RevocationMapper.class);
    this.committed = committed;
  }

  /** For a process that serves nobody and keeps nothing: the servers see what it appends when they look. */
  public static Revocations ofACommand(Database database) {
    return new Revocations(database, new Reserve(database), revocation -> {});
  }

  /**
   * Appends to the log, in the transaction that makes the change. It holds the lane until the commit, so it comes last.
   */
  public void append(Revocation revocation) {
    revocations.advance(revocation.lane());
    reserve.use(true, () -> revocations.insertAtHead(revocation.lane(), revocation));
    database.afterCommit(() -> committed.accept(revocation));
  }

  /** What makes way in the log when there is no room. */
  public Reserve.Ballast ballast() {
    return new Reserve.Ballast(
        revocations::hasBallast,
        texts -> revocations.insertBallast(NEVER_OLD, texts),
        revocations::deleteBallast);
  }

  /**
   * Deletes revocations that every cache has forgotten long ago, so many at the most, and says how many. Whoever was away for
   * longer is told to begin anew: they miss a number, or are behind what a server has in memory.
   */
  public int sweep(Duration kept, int limit) {
    return database.sweep(
        () -> revocations.selectOld(kept.toSeconds(), limit), revocations::deleteAll);
  }
}
