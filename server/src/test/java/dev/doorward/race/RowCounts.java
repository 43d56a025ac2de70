package dev.doorward.race;

import dev.doorward.testing.Rows;

/** How many rows there are in all, so that what a loser leaves half-written is seen wherever it is. */
record RowCounts(long users, long accounts, long sessions, long events, long requests) {

  static RowCounts of(Rows rows) {
    return new RowCounts(
        rows.count("user"),
        rows.count("account"),
        rows.count("session"),
        rows.count("event"),
        rows.count("idempotency"));
  }

  RowCounts since(RowCounts before) {
    return new RowCounts(
        users - before.users,
        accounts - before.accounts,
        sessions - before.sessions,
        events - before.events,
        requests - before.requests);
  }
}
