package dev.doorward.fault.ledger;

import java.util.Collection;

/** Somebody who follows a log of ends, and must hear of every one. */
interface Follower extends AutoCloseable {

  /** Reads to the end of the log, and says what it has not heard of, once the clients have ended. */
  void finish(Collection<Expected> users, Findings findings);

  @Override
  void close();
}
