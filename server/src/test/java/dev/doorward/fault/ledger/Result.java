package dev.doorward.fault.ledger;

import dev.doorward.fault.ledger.Findings.Kind;
import java.util.Locale;

/** What came of one fault: a line of the table. */
record Result(
    Trouble trouble,
    int cycles,
    long calls,
    long acknowledged,
    long refused,
    long unknown,
    long settled,
    long asked,
    Findings findings) {

  static final String HEADER = """
      | fault | cycles | calls | acknowledged | refused | unknown | of them settled | lost | doubled | unasked | accepted after revocation |
      |---|---|---|---|---|---|---|---|---|---|---|""";

  static Result of(Trouble trouble, int cycles, Ledger ledger, long asked, Findings findings) {
    return new Result(
        trouble,
        cycles,
        ledger.entries().count(),
        ledger.entries().filter(Entry::isAcknowledged).count(),
        ledger.entries().filter(Entry::isRefused).count(),
        ledger.entries().filter(Entry::wasUnknown).count(),
        ledger.entries().filter(entry -> entry.wasUnknown() && !entry.isOpen()).count(),
        asked,
        findings);
  }

  boolean isSound() {
    return findings.isEmpty();
  }

  boolean lost() {
    return findings.count(Kind.LOST) > 0;
  }

  /** Whether anybody noticed anything. */
  boolean wasFelt() {
    return refused + unknown > 0;
  }

  String line() {
    return String.format(
        Locale.ROOT,
        "| %s | %,d | %,d | %,d | %,d | %,d | %,d | %,d | %,d | %,d | %,d of %,d |",
        trouble,
        cycles,
        calls,
        acknowledged,
        refused,
        unknown,
        settled,
        findings.count(Kind.LOST),
        findings.count(Kind.DOUBLED),
        findings.count(Kind.UNASKED),
        findings.count(Kind.ACCEPTED_AFTER_REVOCATION),
        asked);
  }
}
