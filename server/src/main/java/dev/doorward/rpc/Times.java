package dev.doorward.rpc;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/** Moments in messages. */
public final class Times {

  private static final Instant FIRST = Instant.parse("1000-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private Times() {}

  /** Whether a DATETIME holds it. */
  static boolean canBeStored(Instant time) {
    return !time.isBefore(FIRST) && !time.isAfter(LAST);
  }

  public static Timestamp toTimestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
