package dev.doorward.fault.ledger;

import dev.doorward.testing.Rows;
import java.util.List;

/** Where the logs of a database were when a ledger was begun. */
record Baseline(long lastEvent, List<Long> lanes) {

  static Baseline of(Rows rows) {
    return new Baseline(
        Long.parseLong(rows.text("SELECT IFNULL(MAX(id), 0) FROM event")),
        rows.texts("SELECT seq FROM revocation_lane ORDER BY lane").stream()
            .map(Long::valueOf)
            .toList());
  }
}
