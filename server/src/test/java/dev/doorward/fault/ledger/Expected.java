package dev.doorward.fault.ledger;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must be there of one user, by the entries about them in their order. */
final class Expected {

  enum Presence {
    THERE,
    GONE,
    EITHER
  }

  /** @param ended the entry that ended it, or may have; null while there is none */
  record ExpectedSession(Entry opened, Presence presence, Entry ended) {}

  /** Of everybody in a ledger, by the address. */
  static Map<String, Expected> of(Ledger ledger) {
    Map<String, Expected> users = new LinkedHashMap<>();
    ledger.entries().forEach(entry -> {
      Expected user = users.get(entry.email());
      if (user == null) {
        users.put(entry.email(), new Expected(entry));
      } else {
        user.add(entry);
      }
    });
    return users;
  }

  private final Entry created;
  private final Map<String, ExpectedSession> sessions = new LinkedHashMap<>();
  private final Set<String> accounts = new LinkedHashSet<>();
  private final List<Entry> entries = new ArrayList<>();
  private Presence presence;
  private int changes;
  private int openChanges;
  private boolean unsettled;

  Expected(Entry created) {
    this.created = created;
    this.presence = created.isAcknowledged()
        ? Presence.THERE
        : created.isRefused() ? Presence.GONE : Presence.EITHER;
    entries.add(created);
    unsettled = created.isOpen();
    if (created.isAcknowledged() && created.operation() == Operation.SIGN_UP) {
      open(created);
    }
  }

  void add(Entry entry) {
    entries.add(entry);
    if (entry.isRefused()) {
      return;
    }
    boolean open = entry.isOpen();
    Presence afterwards = open ? Presence.EITHER : Presence.GONE;
    switch (entry.operation()) {
      case CREATE_SESSION -> {
        unsettled |= open;
        if (!open) {
          open(entry);
        }
      }
      case LINK_ACCOUNT -> {
        unsettled |= open;
        accounts.add(entry.madeId());
      }
      case UPDATE_USER -> {
        changes += open ? 0 : 1;
        openChanges += open ? 1 : 0;
      }
      case REVOKE_SESSION -> end(entry.subject(), afterwards, entry);
      case REVOKE_USER_SESSIONS ->
        sessions.keySet().stream()
            .filter(id -> !id.equals(entry.subject()))
            .toList()
            .forEach(id -> end(id, afterwards, entry));
      case DELETE_USER -> {
        presence = afterwards;
        sessions.keySet().stream().toList().forEach(id -> end(id, afterwards, entry));
      }
      case CREATE_USER, SIGN_UP -> throw new AssertionError("a second beginning: " + entry);
    }
  }

  private void open(Entry entry) {
    sessions.put(entry.session(), new ExpectedSession(entry, Presence.THERE, null));
  }

  private void end(String session, Presence afterwards, Entry entry) {
    sessions.computeIfPresent(
        session,
        (id, before) -> before.presence() == Presence.GONE
            ? before
            : new ExpectedSession(before.opened(), afterwards, entry));
  }

  Entry created() {
    return created;
  }

  String userId() {
    return created.madeId();
  }

  Presence presence() {
    return presence;
  }

  Map<String, ExpectedSession> sessions() {
    return sessions;
  }

  Set<String> accounts() {
    return accounts;
  }

  List<Entry> entries() {
    return entries;
  }

  /** How often their name has changed, at the least. */
  int changes() {
    return changes;
  }

  int openChanges() {
    return openChanges;
  }

  /** Whether something may have been made of which nobody knows the id. */
  boolean isUnsettled() {
    return unsettled;
  }
}
