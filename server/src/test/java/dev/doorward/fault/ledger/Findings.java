package dev.doorward.fault.ledger;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** What is not as the ledger says. */
final class Findings {

  enum Kind {
    /** Acknowledged, and not there, or undone. */
    LOST,
    /** Asked for once, and there twice. */
    DOUBLED,
    /** There, though nobody asked for it, or it was refused. */
    UNASKED,
    /** A session that is good after the acknowledged end of it. */
    ACCEPTED_AFTER_REVOCATION,
    /** An answer that no client is to see. */
    WRONG_ANSWER,
    /** The same request, asked again for a minute, and still nobody knows. */
    UNSETTLED
  }

  private static final int SHOWN = 10;

  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private final List<String> shown = new CopyOnWriteArrayList<>();

  void add(Kind kind, String what) {
    add(kind, 1, what);
  }

  synchronized void add(Kind kind, long count, String what) {
    long before = counts.merge(kind, count, Long::sum) - count;
    if (before < SHOWN) {
      shown.add(kind + ": " + what);
    }
  }

  synchronized long count(Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  synchronized boolean isEmpty() {
    return counts.isEmpty();
  }

  /** The first of each kind. */
  List<String> shown() {
    return shown;
  }
}
