package dev.doorward.restore;

import dev.doorward.database.Database;
import java.util.function.IntUnaryOperator;

/**
 * Makes a database fit for use that was restored from a copy. The numbers of its revocations and events begin anew where the copy
 * ended, so whoever has followed them must forget what it knows; and what ended after the copy was made must not come back.
 */
public final class Restore {

  private static final int BATCH = 1000;

  private final Database database;
  private final RestoreMapper rows;

  public Restore(Database database) {
    this.database = database;
    this.rows = database.mapper(RestoreMapper.class);
  }

  /** Deletes all sessions, for nobody knows any more which of them were revoked, and says how many there were. */
  public int endSessions() {
    return all(rows::deleteSessions);
  }

  /** The same of all one-time tokens, for some of them were used. */
  public int endVerifications() {
    return all(rows::deleteVerifications);
  }

  /** Tells every cache and every reader of a log to begin anew. To be done last. */
  public void beginEpoch() {
    database.transaction(rows::beginEpoch);
  }

  private int all(IntUnaryOperator delete) {
    int sum = 0;
    int count;
    do {
      count = database.transaction(() -> delete.applyAsInt(BATCH));
      sum += count;
    } while (count == BATCH);
    return sum;
  }
}
