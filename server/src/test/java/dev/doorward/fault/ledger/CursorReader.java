package dev.doorward.fault.ledger;

import dev.doorward.fault.ledger.Expected.Presence;
import dev.doorward.fault.ledger.Findings.Kind;
import dev.doorward.testing.Await;
import dev.doorward.testing.Rows;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A control: follows the ends of sessions by the ids of events, which are given before their transactions commit. */
final class CursorReader implements Follower {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration PACE = Duration.ofMillis(10);

  private final Rows rows;
  private final Set<String> heard = ConcurrentHashMap.newKeySet();
  private final Thread thread = new Thread(this::follow, "cursor-reader");
  private volatile long cursor;
  private volatile boolean over;

  CursorReader(Rows rows) {
    this.rows = rows;
    this.cursor = lastId();
    thread.start();
  }

  @Override
  public void finish(Collection<Expected> users, Findings findings) {
    long last = lastId();
    Await.until(LIMIT, "the cursor comes to the end", () -> cursor >= last);
    // The events of those who were deleted no longer say which session they were about.
    users.stream()
        .filter(user -> user.presence() == Presence.THERE)
        .flatMap(user -> user.entries().stream())
        .filter(Entry::isAcknowledged)
        .filter(entry -> entry.operation() == Operation.REVOKE_SESSION)
        .filter(entry -> !heard.contains(entry.subject()))
        .forEach(entry -> findings.add(Kind.LOST, "the cursor never came by " + entry));
  }

  @Override
  public void close() {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    while (!over) {
      for (String row : rows.texts(
          "SELECT CONCAT(id, ' ', type, ' ', IFNULL(sessionId, '')) FROM event WHERE id > ? ORDER BY id",
          cursor)) {
        String[] words = row.split(" ", 3);
        cursor = Long.parseLong(words[0]);
        if (words[1].equals("SESSION_REVOKED")) {
          heard.add(words[2]);
        }
      }
      Load.pass(PACE);
    }
  }

  private long lastId() {
    return Long.parseLong(rows.text("SELECT IFNULL(MAX(id), 0) FROM event"));
  }
}
