package dev.doorward.nearcache;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The entries of each user, as a list that runs through the entries themselves. Each method is atomic. */
final class EntriesByUser<V> {

  private final ConcurrentHashMap<String, Entry<V>> heads = new ConcurrentHashMap<>();

  void add(Entry<V> entry) {
    heads.compute(entry.userId, (userId, head) -> {
      entry.next = head;
      if (head != null) {
        head.previous = entry;
      }
      return entry;
    });
  }

  /** Does nothing for an entry that is not here any more. */
  void remove(Entry<V> entry) {
    heads.computeIfPresent(entry.userId, (userId, head) -> {
      if (entry.next != null) {
        entry.next.previous = entry.previous;
      }
      if (entry.previous != null) {
        entry.previous.next = entry.next;
      }
      Entry<V> rest = entry == head ? entry.next : head;
      entry.previous = null;
      entry.next = null;
      return rest;
    });
  }

  List<Entry<V>> of(String userId, Predicate<Entry<V>> wanted) {
    List<Entry<V>> found = new ArrayList<>();
    heads.computeIfPresent(userId, (id, head) -> {
      for (Entry<V> entry = head; entry != null; entry = entry.next) {
        if (wanted.test(entry)) {
          found.add(entry);
        }
      }
      return head;
    });
    return found;
  }

  void clear() {
    heads.clear();
  }

  boolean isEmpty() {
    return heads.isEmpty();
  }
}
