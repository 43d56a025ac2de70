package dev.doorward.fault.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** What clients meant to do and what came of it, on a page for each of them; nothing is ever taken out. */
final class Ledger {

  /** Of one client. */
  final class Page {

    private final List<Entry> entries = new ArrayList<>();

    Entry intend(Operation operation, String email, String subject) {
      Entry entry = new Entry(operation, email, subject);
      entries.add(entry);
      intended.incrementAndGet();
      return entry;
    }

    void acknowledged(Entry entry) {
      entry.acknowledge();
      acknowledged.incrementAndGet();
    }

    void refused() {
      refused.incrementAndGet();
    }
  }

  private final String prefix = "l" + UUID.randomUUID().toString().substring(0, 8) + "-";
  private final List<Page> pages = new CopyOnWriteArrayList<>();
  private final AtomicLong users = new AtomicLong();
  private final AtomicLong intended = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  Page page() {
    Page page = new Page();
    pages.add(page);
    return page;
  }

  /** With which the address of everybody in this ledger begins, and of nobody else. */
  String prefix() {
    return prefix;
  }

  String freeEmail() {
    return prefix + users.incrementAndGet() + "@example.com";
  }

  /** In the order of their intents, client by client; once the clients have ended. */
  Stream<Entry> entries() {
    return pages.stream().flatMap(page -> page.entries.stream());
  }

  long intended() {
    return intended.get();
  }

  long acknowledged() {
    return acknowledged.get();
  }

  long refused() {
    return refused.get();
  }
}
