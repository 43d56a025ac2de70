package dev.doorward.client.guarantee;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.doorward.client.SessionValidator;
import dev.doorward.client.Variant;
import dev.doorward.nearcache.NearCacheSettings;
import dev.doorward.nearcache.NearCacheStats;
import dev.doorward.v1.ValidateSessionResponse;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A process that asks about tokens every 5 milliseconds, each as soon as the last question about it was answered, and
 * writes down every answer. It takes tokens from its input, one a line, and ends when that does.
 *
 * <p>Its output has a line for each poll, {@code began ended token outcome}, and one for the state of the near cache now
 * and then, {@code S now wallClock hits leaseLeft resets}. Moments are {@link System#nanoTime}, which on Linux is
 * CLOCK_MONOTONIC, one for all processes of a machine. Tokens are numbered from 0 in the order in which they came.
 */
final class PollingClient {

  private static final long EVERY_MILLIS = 5;
  private static final long STATS_EVERY_MILLIS = 50;

  /** What is refused is asked about less often, for that takes calls. */
  private static final long REFUSED_EVERY_NANOS = Duration.ofMillis(100).toNanos();

  private static final long REFUSED_LONG_NANOS = Duration.ofSeconds(6).toNanos();
  private static final long REFUSED_LONG_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final SessionValidator validator;
  private final List<Polled> polled = new CopyOnWriteArrayList<>();
  private final PrintStream out =
      new PrintStream(new FileOutputStream(FileDescriptor.out), false, US_ASCII);

  private PollingClient(SessionValidator validator) {
    this.validator = validator;
  }

  /** Arguments: target, variant, in milliseconds lease, entry lifetime and deadline, and the caller's key. */
  public static void main(String[] arguments) throws IOException {
    NearCacheSettings settings = new NearCacheSettings(
        millis(arguments[2]), millis(arguments[3]), Duration.ofSeconds(1), 100_000);
    SessionValidator validator = Variant.valueOf(arguments[1])
        .open(arguments[0], arguments[5], settings, millis(arguments[4]));
    new PollingClient(validator).run();
    System.exit(0);
  }

  private static Duration millis(String text) {
    return Duration.ofMillis(Long.parseLong(text));
  }

  private void run() throws IOException {
    var threads = Executors.newScheduledThreadPool(2);
    threads.scheduleWithFixedDelay(this::poll, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    threads.scheduleWithFixedDelay(this::report, 0, STATS_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    for (String token = in.readLine(); token != null; token = in.readLine()) {
      polled.add(new Polled(polled.size(), token));
    }
  }

  private void poll() {
    polled.forEach(Polled::poll);
    out.flush();
  }

  private void report() {
    NearCacheStats stats = validator.stats();
    write("S " + System.nanoTime() + ' ' + System.currentTimeMillis() + ' ' + stats.hits() + ' '
        + stats.leaseLeft().toNanos() + ' ' + stats.resets());
  }

  private void write(String line) {
    synchronized (out) {
      out.print(line);
      out.print('\n');
    }
  }

  /** One token. */
  private final class Polled {

    private final int number;
    private final String token;
    private volatile boolean asking;
    private volatile boolean refused;
    private volatile long refusedSince;
    private volatile long refusedLast;

    private Polled(int number, String token) {
      this.number = number;
      this.token = token;
    }

    private void poll() {
      if (asking || !isDue()) {
        return;
      }
      asking = true;
      long began = System.nanoTime();
      validator.validateAsync(token).whenComplete((valid, thrown) -> {
        answered(began, valid, thrown);
        asking = false;
      });
    }

    private boolean isDue() {
      long now = System.nanoTime();
      boolean forLong = now - refusedSince > REFUSED_LONG_NANOS;
      return !refused
          || now - refusedLast > (forLong ? REFUSED_LONG_EVERY_NANOS : REFUSED_EVERY_NANOS);
    }

    private void answered(long began, Optional<ValidateSessionResponse> valid, Throwable thrown) {
      long ended = System.nanoTime();
      Outcome outcome = thrown != null
          ? Outcome.CANNOT_TELL
          : valid.isPresent() ? Outcome.ACCEPTED : Outcome.REFUSED;
      refusedLast = ended;
      if (!refused) {
        refusedSince = ended;
      }
      refused = outcome == Outcome.REFUSED;
      write(began + " " + ended + ' ' + number + ' ' + outcome);
    }
  }
}
