package dev.doorward.remote;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/** All lines on their way to a server, by as many streams as it takes. */
final class Import {

  private final Batches batches;
  private final boolean dryRun;
  private final Unanswered unanswered;
  private final Supplier<ManagedChannel> channels;
  private final Attempts attempts;

  Import(
      Batches batches,
      boolean dryRun,
      Unanswered unanswered,
      Supplier<ManagedChannel> channels,
      Attempts attempts) {
    this.batches = batches;
    this.dryRun = dryRun;
    this.unanswered = unanswered;
    this.channels = channels;
    this.attempts = attempts;
  }

  /** Returns why it was given up, unless it is done. */
  Optional<Failure> run() throws IOException, InterruptedException {
    return attempts.run(
        channels, channel -> send(ImportStream.open(channel, unanswered, attempts)));
  }

  private Optional<Failure> send(ImportStream stream) throws IOException, InterruptedException {
    for (Batch batch : unanswered.all()) {
      if (batch.hasUsers()) {
        stream.send(batch.toRequest(dryRun));
      }
    }
    while (stream.awaitRoom()) {
      Optional<Batch> batch = batches.next();
      if (batch.isEmpty()) {
        stream.complete();
        break;
      }
      unanswered.add(batch.get());
      if (batch.get().hasUsers()) {
        stream.send(batch.get().toRequest(dryRun));
      }
    }
    return stream.awaitEnd();
  }
}
