package dev.doorward.database;

import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an error of the database or its driver means. */
final class SqlFaults {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private static final int DUPLICATE_ENTRY = 1062;

  /**
   * Changed by another (1020), lock wait timeout (1205), deadlock (1213). Galera's certification failure is a 1213, most
   * often at the commit.
   */
  private static final Set<Integer> CONFLICTS = Set.of(1020, 1205, 1213);

  /**
   * Too many connections (1040), shutting down (1053), killed or interrupted (1317, 1927, 1969), read-only (1290, 1836),
   * no primary component (1047).
   */
  private static final Set<Integer> UNAVAILABLE =
      Set.of(1040, 1047, 1053, 1290, 1317, 1836, 1927, 1969);

  /** For a temporary table (1021), for any other (1114). */
  private static final Set<Integer> DISK_FULL = Set.of(1021, 1114);

  private static final Pattern KEY_NAME = Pattern.compile("for key '(?:[^'.]*\\.)?([^'.]+)'");

  private SqlFaults() {}

  /** The exception to throw in place of this one. */
  static RuntimeException translate(SQLException fault) {
    if (fault.getErrorCode() == DUPLICATE_ENTRY) {
      Matcher name = KEY_NAME.matcher(fault.getMessage());
      return new DuplicateKey(name.find() ? name.group(1) : "unknown", fault);
    }
    if (CONFLICTS.contains(fault.getErrorCode())) {
      return new Conflict(fault);
    }
    if (DISK_FULL.contains(fault.getErrorCode())) {
      return diskFull(fault);
    }
    if (isUnavailable(fault)) {
      return unavailable(fault);
    }
    return new IllegalStateException("the database refused a statement", fault);
  }

  /** Of a fault at the commit. */
  static RuntimeException translateCommit(SQLException fault) {
    if (CONFLICTS.contains(fault.getErrorCode())) {
      return new Conflict(fault);
    }
    return Refusal.forNow(
        Reason.OUTCOME_UNKNOWN,
        "the connection to the database was lost during the commit",
        RETRY_AFTER,
        fault);
  }

  static Refusal unavailable(Throwable fault) {
    return Refusal.forNow(
        Reason.DATABASE_UNAVAILABLE,
        "the database can't be reached or is too busy",
        RETRY_AFTER,
        fault);
  }

  /** @param fault null if it was seen before */
  static Refusal diskFull(SQLException fault) {
    return Refusal.forNow(
        Reason.DATABASE_UNAVAILABLE, "the database's disk is full", RETRY_AFTER, fault);
  }

  static boolean isDiskFull(Refusal refusal) {
    return refusal.getCause() instanceof SQLException fault
        && DISK_FULL.contains(fault.getErrorCode());
  }

  private static boolean isUnavailable(SQLException fault) {
    String state = fault.getSQLState();
    return fault instanceof SQLNonTransientConnectionException
        || fault instanceof SQLTransientConnectionException
        || (state != null && (state.startsWith("08") || state.equals("70100")))
        || UNAVAILABLE.contains(fault.getErrorCode());
  }
}
