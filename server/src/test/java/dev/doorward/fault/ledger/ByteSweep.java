package dev.doorward.fault.ledger;

import dev.doorward.testing.Proxy;
import dev.doorward.testing.Proxy.Cut;
import dev.doorward.testing.Proxy.Direction;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;

/**
 * Cuts the connection to the database after each byte, either way, of the transaction that opens a session and of the one that
 * revokes it, their commits included.
 */
final class ByteSweep {

  /** Nobody says so much in one transaction. */
  private static final long NEVER = Long.MAX_VALUE / 2;

  private final Proxy network;
  private final Client client;
  private final int step;
  private int cuts;

  /** @param step after each byte, or every so many */
  ByteSweep(Proxy network, Client client, int step) {
    this.network = network;
    this.client = client;
    this.step = step;
  }

  /** How often the connection was cut. */
  int run() {
    for (Direction direction : Direction.values()) {
      long bytes = cutAfter(NEVER, direction);
      for (long after = 0; after < bytes; after += step) {
        cutAfter(after, direction);
      }
    }
    return cuts;
  }

  /** How many bytes went that way in the longer of the two transactions. */
  private long cutAfter(long bytes, Direction direction) {
    Client.Life life = client.createUser();
    Entry entry = client.intendSession(life);
    Cut opening = network.cutAfter(entry.requestId(), direction, bytes);
    Session session = client.createSession(life, entry).orElse(null);
    long most = end(opening);
    if (session != null) {
      Cut ending = network.cutAfter(session.getId(), direction, bytes);
      client.revokeSession(
          life,
          session,
          RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build());
      most = Math.max(most, end(ending));
    }
    return most;
  }

  private long end(Cut cut) {
    long seen = cut.seen();
    cut.cancel();
    cuts += cut.isDone() ? 1 : 0;
    return seen;
  }
}
