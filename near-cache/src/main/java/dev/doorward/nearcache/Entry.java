package dev.doorward.nearcache;

import java.util.Optional;

/** An answer in the cache, linked to the others of its user. The links belong to {@link EntriesByUser}. */
final class Entry<V> {

  final TokenKey key;
  final String userId;
  final String sessionId;
  final Optional<V> answer;
  final long endNanos;

  /** When it was last known to be in use. Threads may race for it: all of them are about right. */
  long touchedNanos;

  Entry<V> previous;
  Entry<V> next;

  Entry(TokenKey key, String userId, String sessionId, V answer, long startNanos, long endNanos) {
    this.key = key;
    this.userId = userId;
    this.sessionId = sessionId;
    this.answer = Optional.of(answer);
    this.endNanos = endNanos;
    this.touchedNanos = startNanos;
  }
}
