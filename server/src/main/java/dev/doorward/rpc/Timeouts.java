package dev.doorward.rpc;

import io.grpc.Metadata;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The timeouts that calls bring along, in gRPC's header: up to eight digits and a unit. */
final class Timeouts {

  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

  private Timeouts() {}

  /** Shortens a call's timeout to that, before gRPC reads it; a call without one gets it. */
  static void limit(Metadata headers, Duration most) {
    String given = headers.get(HEADER);
    if (given == null || nanos(given) > most.toNanos()) {
      headers.discardAll(HEADER);
      headers.put(HEADER, most.toMillis() + "m");
    }
  }

  /** More than anything for a text that is no timeout. */
  private static long nanos(String text) {
    int last = text.length() - 1;
    if (last < 1 || last > 8) {
      return Long.MAX_VALUE;
    }
    long number = 0;
    for (int i = 0; i < last; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return Long.MAX_VALUE;
      }
      number = number * 10 + digit;
    }
    return switch (text.charAt(last)) {
      case 'H' ->
        TimeUnit.HOURS.toNanos(number); // At the most what a long holds: 11,000 years are more.
      case 'M' -> TimeUnit.MINUTES.toNanos(number);
      case 'S' -> TimeUnit.SECONDS.toNanos(number);
      case 'm' -> TimeUnit.MILLISECONDS.toNanos(number);
      case 'u' -> TimeUnit.MICROSECONDS.toNanos(number);
      case 'n' -> number;
      default -> Long.MAX_VALUE;
    };
  }
}
