package dev.doorward.remote;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** How often in a row nothing has come of a stream, and the wait before the next one. */
final class Attempts {

  static final int MOST = 10;
  private static final Duration LONGEST_PUSHBACK = Duration.ofMinutes(1);

  private final Backoff backoff;
  private int failures;

  Attempts(Backoff backoff) {
    this.backoff = backoff;
  }

  /** A stream by a channel, from its beginning to its end; says why it has ended, if not because all was done. */
  interface Streaming {
    Optional<Failure> by(ManagedChannel channel) throws IOException, InterruptedException;
  }

  /** As many streams as it takes. Returns why it was given up, unless it is done. */
  Optional<Failure> run(Supplier<ManagedChannel> channels, Streaming streaming)
      throws IOException, InterruptedException {
    while (true) {
      Optional<Failure> failure = stream(channels, streaming);
      if (failure.isEmpty() || !another(failure.get())) {
        return failure;
      }
    }
  }

  /** A channel for each, for one that has failed waits a while before it connects again. */
  private static Optional<Failure> stream(Supplier<ManagedChannel> channels, Streaming streaming)
      throws IOException, InterruptedException {
    ManagedChannel channel = channels.get();
    try {
      return streaming.by(channel);
    } finally {
      channel.shutdownNow();
    }
  }

  /** A message was answered. */
  synchronized void succeeded() {
    failures = 0;
  }

  /** Whether the last stream is gone and no other has answered yet. */
  synchronized boolean failing() {
    return failures > 0;
  }

  /** Returns when it is time to try again; false if that is of no use, or has been of none too often. */
  private boolean another(Failure failure) throws InterruptedException {
    if (!failure.passing() || !more()) {
      return false;
    }
    Thread.sleep(pause(failure).toMillis());
    return true;
  }

  private synchronized boolean more() {
    failures++;
    return failures < MOST;
  }

  private synchronized Duration pause(Failure failure) {
    Duration own = backoff.after(Math.max(1, failures));
    Duration asked = failure.retryAfter().compareTo(LONGEST_PUSHBACK) > 0
        ? LONGEST_PUSHBACK
        : failure.retryAfter();
    return own.compareTo(asked) > 0 ? own : asked;
  }
}
