package dev.doorward.call;

import java.time.Duration;

/** When a reader last would have taken something, and when it last heard something. */
public final class Pulse {

  /** How long a reader hears nothing at the most, about. */
  public static final Duration HEARTBEAT = Duration.ofSeconds(2);

  /** How long a reader may take nothing. */
  static final Duration SLOWEST = Duration.ofSeconds(60);

  private long readyNanos;
  private long heardNanos;

  public Pulse(long nowNanos) {
    this.readyNanos = nowNanos;
    this.heardNanos = nowNanos;
  }

  public void ready(long nowNanos) {
    readyNanos = nowNanos;
  }

  public void heard(long nowNanos) {
    heardNanos = nowNanos;
  }

  /** Whether it is time for a sign of life. */
  public boolean isSilent(long nowNanos) {
    return nowNanos - heardNanos >= HEARTBEAT.toNanos();
  }

  /** Whether the reader is to be let go. */
  public boolean isTooSlow(long nowNanos) {
    return nowNanos - readyNanos >= SLOWEST.toNanos();
  }
}
