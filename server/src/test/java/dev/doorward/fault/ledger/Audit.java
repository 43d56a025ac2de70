package dev.doorward.fault.ledger;

import dev.doorward.fault.ledger.Expected.Presence;
import dev.doorward.fault.ledger.Findings.Kind;
import dev.doorward.testing.Rows;
import dev.doorward.testing.TestServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Reads everything back by SQL, and compares it with a ledger whose clients have ended. */
final class Audit {

  private final Ledger ledger;
  private final Baseline baseline;
  private final Findings findings;
  private final Map<String, Expected> users;

  private final Map<String, String> userIds = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, Set<String>> sessions = new HashMap<>();
  private final Map<String, Set<String>> accounts = new HashMap<>();
  private final Map<String, String> madeByRequest = new HashMap<>();
  private final Map<String, Map<String, Integer>> logged = new HashMap<>();

  Audit(Ledger ledger, Baseline baseline, Findings findings) {
    this.ledger = ledger;
    this.baseline = baseline;
    this.findings = findings;
    this.users = Expected.of(ledger);
  }

  void run(Rows rows) {
    read(rows);
    users.values().forEach(this::compare);
    for (String email : userIds.keySet()) {
      if (!users.containsKey(email)) {
        findings.add(Kind.UNASKED, "the user " + email);
      }
    }
    lanes(rows);
  }

  private void compare(Expected user) {
    String email = user.created().email();
    String id = userIds.get(email);
    requests(user);
    if (user.presence() == Presence.GONE) {
      if (id != null) {
        boolean refused = user.created().isRefused();
        findings.add(
            refused ? Kind.UNASKED : Kind.LOST, "the user " + email + " is there: " + last(user));
      }
    } else if (id == null) {
      if (user.presence() == Presence.THERE) {
        findings.add(Kind.LOST, "the user " + email + ": " + last(user));
      }
    } else if (user.created().isAcknowledged()) {
      name(user, names.get(email));
      sessions(user, sessions.getOrDefault(email, Set.of()));
      accounts(user, accounts.getOrDefault(email, Set.of()));
    }
    if (user.created().isAcknowledged()) {
      logs(user, id == null);
    }
  }

  /** What was recorded in the transaction that made it. */
  private void requests(Expected user) {
    for (Entry entry : user.entries()) {
      String made = madeByRequest.get(entry.requestId());
      switch (entry.operation()) {
        case CREATE_USER, SIGN_UP, CREATE_SESSION, LINK_ACCOUNT -> {
          if (entry.isAcknowledged() && made == null) {
            findings.add(Kind.LOST, "the record of " + entry);
          } else if (entry.isAcknowledged()
              && !made.equals(entry.madeId())
              && !made.equals(entry.session())) {
            findings.add(Kind.DOUBLED, made + " was made by " + entry);
          } else if (entry.isRefused() && made != null) {
            findings.add(Kind.UNASKED, made + " was made by " + entry);
          }
        }
        case UPDATE_USER, REVOKE_SESSION, REVOKE_USER_SESSIONS, DELETE_USER -> {}
      }
    }
  }

  private void name(Expected user, String name) {
    int changes = Integer.parseInt(name.substring(1));
    if (changes < user.changes()) {
      findings.add(
          Kind.LOST,
          user.changes() - changes,
          user.created().email() + " is " + name + " after " + user.changes() + " changes");
    }
    if (changes > user.changes() + user.openChanges()) {
      findings.add(
          Kind.UNASKED,
          user.created().email() + " is " + name + " after " + user.changes() + " changes");
    }
  }

  private void sessions(Expected user, Set<String> there) {
    user.sessions().forEach((id, session) -> {
      if (session.presence() == Presence.THERE && !there.contains(id)) {
        findings.add(Kind.LOST, "the session " + id + ": " + session.opened());
      }
      if (session.presence() == Presence.GONE && there.contains(id)) {
        findings.add(Kind.LOST, "the end of the session " + id + ": " + session.ended());
      }
    });
    beyond(user, there, user.sessions().keySet(), "session");
  }

  private void accounts(Expected user, Set<String> there) {
    for (String id : user.accounts()) {
      if (!there.contains(id)) {
        findings.add(Kind.LOST, "the account " + id + " of " + user.created().email());
      }
    }
    beyond(user, there, user.accounts(), "account");
  }

  /** More than was acknowledged: made by a request that was refused, or twice by one. */
  private void beyond(Expected user, Set<String> there, Set<String> known, String what) {
    if (user.isUnsettled()) {
      return;
    }
    for (String id : there) {
      if (!known.contains(id)) {
        boolean refused = user.entries().stream().anyMatch(entry -> entry.isRefused());
        findings.add(
            refused ? Kind.UNASKED : Kind.DOUBLED,
            "the " + what + " " + id + " of " + user.created().email());
      }
    }
  }

  /** In the log of events, one for each change; in that of revocations, one for each end. */
  private void logs(Expected user, boolean gone) {
    Counts counts = new Counts();
    boolean deleted = gone && user.presence() != Presence.THERE;
    Map<String, Integer> found = logged.getOrDefault(user.userId(), Map.of());
    for (Entry entry : user.entries()) {
      if (!entry.isRefused()) {
        expect(counts, entry, found, deleted);
      }
    }
    if (!user.isUnsettled()) {
      counts.compare(found, user.created().email() + ", " + last(user), findings);
    }
  }

  /** The events of before a deletion no longer say whose they were. */
  private static void expect(
      Counts counts, Entry entry, Map<String, Integer> found, boolean deleted) {
    int least = entry.isAcknowledged() ? 1 : 0;
    int event = deleted ? 0 : 1;
    String subject = entry.subject();
    switch (entry.operation()) {
      case CREATE_USER -> counts.expect("event USER_CREATED", event);
      case SIGN_UP -> {
        counts.expect("event USER_CREATED", event);
        counts.expect("event PASSWORD_SET", event);
        opened(counts, entry, found, event);
      }
      case CREATE_SESSION -> opened(counts, entry, found, event);
      case LINK_ACCOUNT -> counts.expect("event ACCOUNT_LINKED " + entry.madeId(), event);
      case UPDATE_USER -> {
        counts.expect("revocation USER_CHANGED", least, 1);
        counts.expect("event USER_UPDATED", least * event, event);
      }
      case REVOKE_SESSION -> {
        counts.expect("revocation SESSION_REVOKED " + subject, least, 1);
        counts.expect("event SESSION_REVOKED " + subject, least * event, event);
      }
      case REVOKE_USER_SESSIONS -> {
        String kept = subject.isEmpty() ? "" : " " + subject;
        counts.expect("revocation USER_SESSIONS_REVOKED" + kept, least, 1);
        counts.expect("event USER_SESSIONS_REVOKED", least * event, event);
      }
      case DELETE_USER -> {
        counts.expect("revocation USER_DELETED", deleted ? 1 : 0);
        counts.expect("event USER_DELETED", deleted ? 1 : 0);
      }
    }
  }

  /** Every attempt but one may have found what an earlier one had made, and given it another token. */
  private static void opened(Counts counts, Entry entry, Map<String, Integer> found, int event) {
    String changed = "revocation SESSION_CHANGED " + entry.session();
    counts.expect(changed, 0, entry.attempts() - 1);
    counts.expect("event SESSION_CREATED " + entry.session(), event);
    counts.expect(
        "event SESSION_REISSUED " + entry.session(), event * found.getOrDefault(changed, 0));
  }

  /** Each lane counts from one on, without a hole. */
  private void lanes(Rows rows) {
    for (int lane = 0; lane < baseline.lanes().size(); lane++) {
      long before = baseline.lanes().get(lane);
      long head = Long.parseLong(rows.text("SELECT seq FROM revocation_lane WHERE lane = ?", lane));
      long there = rows.count("revocation WHERE lane = ? AND seq > ?", lane, before);
      long beyond = rows.count("revocation WHERE lane = ? AND seq > ?", lane, head);
      if (beyond > 0) {
        findings.add(Kind.UNASKED, beyond, "in lane " + lane + " beyond its head " + head);
      }
      long holes = head - before - (there - beyond);
      if (holes > 0) {
        findings.add(Kind.LOST, holes, "numbers of lane " + lane + " up to " + head);
      }
    }
  }

  private void read(Rows rows) {
    String ours = ledger.prefix() + "%";
    try (Connection connection = rows.connect()) {
      each(connection, "SELECT email, id, name FROM user WHERE email LIKE ?", ours, row -> {
        userIds.put(row.getString(1), row.getString(2));
        names.put(row.getString(1), row.getString(3));
      });
      each(
          connection,
          "SELECT u.email, s.id FROM session s JOIN user u ON u.id = s.userId WHERE u.email LIKE ?",
          ours,
          row -> add(sessions, row));
      each(
          connection,
          "SELECT u.email, a.id FROM account a JOIN user u ON u.id = a.userId"
              + " WHERE u.email LIKE ? AND a.password IS NULL",
          ours,
          row -> add(accounts, row));
      each(
          connection,
          "SELECT requestId, resourceId FROM idempotency WHERE caller = ?",
          TestServer.CALLER,
          row -> madeByRequest.put(row.getString(1), row.getString(2)));
      // Whoever signs up does not know the id of the account.
      each(
          connection,
          "SELECT userId, CONCAT_WS(' ', 'event', type, sessionId, IF(type = 'PASSWORD_SET', NULL, accountId))"
              + " FROM event WHERE userId IS NOT NULL AND id > ?",
          baseline.lastEvent(),
          row -> log(row));
      each(
          connection,
          "SELECT userId, CONCAT_WS(' ', 'revocation', kind, sessionId) FROM revocation WHERE seq > ?",
          Collections.min(baseline.lanes()),
          row -> log(row));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void log(ResultSet row) throws SQLException {
    logged
        .computeIfAbsent(row.getString(1), id -> new HashMap<>())
        .merge(row.getString(2), 1, Integer::sum);
  }

  private static void add(Map<String, Set<String>> all, ResultSet row) throws SQLException {
    all.computeIfAbsent(row.getString(1), email -> new HashSet<>()).add(row.getString(2));
  }

  private interface Reader {
    void read(ResultSet row) throws SQLException;
  }

  private static void each(Connection connection, String sql, Object parameter, Reader reader)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, parameter);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          reader.read(rows);
        }
      }
    }
  }

  private static Entry last(Expected user) {
    return user.entries().get(user.entries().size() - 1);
  }
}
