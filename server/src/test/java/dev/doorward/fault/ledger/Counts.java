package dev.doorward.fault.ledger;

import dev.doorward.fault.ledger.Findings.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** How often each thing must stand in a log, beside how often it does. */
final class Counts {

  private record Range(int least, int most) {
    Range plus(Range other) {
      return new Range(least + other.least, most + other.most);
    }
  }

  private final Map<String, Range> wanted = new TreeMap<>();

  void expect(String what, int times) {
    expect(what, times, times);
  }

  void expect(String what, int least, int most) {
    wanted.merge(what, new Range(least, most), Range::plus);
  }

  /** @param whose for the findings */
  void compare(Map<String, Integer> found, String whose, Findings findings) {
    Map<String, Integer> beyond = new HashMap<>(found);
    wanted.forEach((what, range) -> {
      int times = found.getOrDefault(what, 0);
      beyond.remove(what);
      if (times < range.least()) {
        findings.add(Kind.LOST, range.least() - times, what + " of " + whose);
      }
      if (times > range.most()) {
        Kind kind = range.most() == 0 ? Kind.UNASKED : Kind.DOUBLED;
        findings.add(kind, times - range.most(), what + " of " + whose);
      }
    });
    beyond.forEach((what, times) -> findings.add(Kind.UNASKED, times, what + " of " + whose));
  }
}
