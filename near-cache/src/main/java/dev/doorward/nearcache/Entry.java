package dev.doorward.nearcache;

/**
 * An answer in the cache, linked to the others of its user; the links belong to {@link EntriesByUser}. It is its own key, so
 * that a hit waits once for memory and not twice: equal is whatever has the same token.
 */
final class Entry<V> extends TokenKey {

  final String userId;
  final String sessionId;
  final V answer;
  final long endNanos;

  /** When it was last known to be in use. Threads may race for it: all of them are about right. */
  long touchedNanos;

  Entry<V> previous;
  Entry<V> next;

  Entry(TokenKey key, String userId, String sessionId, V answer, long startNanos, long endNanos) {
    super(key);
    this.userId = userId;
    this.sessionId = sessionId;
    this.answer = answer;
    this.endNanos = endNanos;
    this.touchedNanos = startNanos;
  }
}
