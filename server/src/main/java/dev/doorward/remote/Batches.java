package dev.doorward.remote;

import com.google.protobuf.CodedOutputStream;
import dev.doorward.v1.ImportUsersRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Cuts lines into what goes into one message: 500 of them, or half of what a server takes unless it is told to take more. */
final class Batches {

  private static final int MOST_LINES = 500;
  private static final int MOST_BYTES = 1 << 19;

  private final Lines lines;
  private final long fromLine;
  private Optional<UserLine> held = Optional.empty();

  /** @param fromLine the first one that is not left out */
  Batches(Lines lines, long fromLine) {
    this.lines = lines;
    this.fromLine = fromLine;
  }

  /** The next one; empty at the end. Waits for as long as whoever writes the lines does. */
  Optional<Batch> next() throws IOException {
    List<UserLine> batch = new ArrayList<>();
    int bytes = 0;
    Optional<UserLine> line = take();
    while (line.isPresent()) {
      bytes += bytes(line.get());
      boolean full = batch.size() == MOST_LINES || bytes > MOST_BYTES;
      if (full && !batch.isEmpty()) {
        held = line;
        break;
      }
      batch.add(line.get());
      line = batch.size() == MOST_LINES ? Optional.empty() : take();
    }
    return batch.isEmpty() ? Optional.empty() : Optional.of(new Batch(batch));
  }

  private Optional<UserLine> take() throws IOException {
    if (held.isPresent()) {
      Optional<UserLine> line = held;
      held = Optional.empty();
      return line;
    }
    Optional<Lines.Line> line = lines.next();
    while (line.isPresent() && line.get().number() < fromLine) {
      line = lines.next();
    }
    return line.map(UserLine::of);
  }

  private static int bytes(UserLine line) {
    return line.user()
        .map(user ->
            CodedOutputStream.computeMessageSize(ImportUsersRequest.USERS_FIELD_NUMBER, user))
        .orElse(0);
  }
}
