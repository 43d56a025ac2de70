package dev.doorward.remote;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Tells a person how far it is: on a terminal by one line that changes, elsewhere by a line now and then. */
final class Progress implements AutoCloseable {

  private static final Duration ON_TERMINAL = Duration.ofMillis(250);
  private static final Duration ELSEWHERE = Duration.ofSeconds(10);
  private static final int BAR = 20;

  /**
   * How far it is.
   *
   * @param waiting whether there is no connection just now
   */
  record State(long users, long bytes, boolean waiting) {}

  private final PrintWriter person;
  private final boolean terminal;
  private final OptionalLong allBytes;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "progress");
        thread.setDaemon(true);
        return thread;
      });

  // Guarded by this, as is what is written.
  private final Speed users = new Speed();
  private final Speed bytes = new Speed();
  private int shown;

  /** @param allBytes empty if nobody knows how many there will be */
  Progress(PrintWriter person, boolean terminal, OptionalLong allBytes, LongSupplier nanoTime) {
    this.person = person;
    this.terminal = terminal;
    this.allBytes = allBytes;
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    users.add(startNanos, 0);
    bytes.add(startNanos, 0);
  }

  static Progress of(PrintWriter person, OptionalLong allBytes) {
    return new Progress(person, System.console() != null, allBytes, System::nanoTime);
  }

  /** From now on, until it is closed. */
  void start(Supplier<State> state) {
    long millis = (terminal ? ON_TERMINAL : ELSEWHERE).toMillis();
    timer.scheduleWithFixedDelay(() -> show(state.get()), millis, millis, TimeUnit.MILLISECONDS);
  }

  synchronized void show(State state) {
    long now = nanoTime.getAsLong();
    users.add(now, state.users());
    bytes.add(now, state.bytes());
    if (terminal) {
      String line = bar(state) + line(state);
      person.print("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
      person.flush();
      shown = line.length();
    } else {
      person.println(line(state));
    }
  }

  /** A line of its own, which stays. */
  synchronized void say(String line) {
    clear();
    person.println(line);
  }

  /** How long it took, and how fast that was. */
  synchronized String sum(long amount) {
    long nanos = nanoTime.getAsLong() - startNanos;
    return String.format(
        Locale.ROOT, "%s, %.0f/s", clock(nanos / 1e9), Speed.perSecond(amount, nanos));
  }

  @Override
  public synchronized void close() {
    timer.shutdownNow();
    clear();
  }

  private void clear() {
    if (shown > 0) {
      person.print("\r" + " ".repeat(shown) + "\r");
      person.flush();
      shown = 0;
    }
  }

  private String line(State state) {
    StringBuilder line = new StringBuilder();
    if (allBytes.isPresent()) {
      line.append(String.format(Locale.ROOT, "%3.0f %%, ", 100 * part(state)));
    }
    line.append(String.format(Locale.ROOT, "%d users, %.0f/s", state.users(), users.perSecond()));
    if (state.waiting()) {
      line.append(", no connection");
    } else if (allBytes.isPresent() && bytes.perSecond() > 0) {
      double left = Math.max(0, allBytes.getAsLong() - state.bytes()) / bytes.perSecond();
      line.append(", ").append(clock(left)).append(" left");
    }
    return line.toString();
  }

  private String bar(State state) {
    if (allBytes.isEmpty()) {
      return "";
    }
    int full = (int) (BAR * part(state));
    return "[" + "=".repeat(full) + " ".repeat(BAR - full) + "] ";
  }

  private double part(State state) {
    return allBytes.getAsLong() == 0
        ? 1
        : Math.min(1, (double) state.bytes() / allBytes.getAsLong());
  }

  private static String clock(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }
}
