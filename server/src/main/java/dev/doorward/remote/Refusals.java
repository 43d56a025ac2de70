package dev.doorward.remote;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;

/** Where the refused lines go: into a file, or the first of them to where a person reads. */
final class Refusals implements AutoCloseable {

  private static final int MOST_SHOWN = 20;

  private final Optional<BufferedWriter> file;
  private final Consumer<String> person;
  private long count;

  private Refusals(Optional<BufferedWriter> file, Consumer<String> person) {
    this.file = file;
    this.person = person;
  }

  static Refusals shownTo(Consumer<String> person) {
    return new Refusals(Optional.empty(), person);
  }

  /** @param goingOn whether what is in the file is of the same import, and stays */
  static Refusals in(Path path, boolean goingOn) throws IOException {
    StandardOpenOption how =
        goingOn ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
    return new Refusals(
        Optional.of(Files.newBufferedWriter(
            path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)),
        text -> {});
  }

  void add(Refused refused) {
    count++;
    try {
      if (file.isPresent()) {
        file.get().write(refused.toJson() + "\n");
      } else if (count <= MOST_SHOWN) {
        person.accept(refused.toText());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the file of refused lines can't be written", e);
    }
  }

  /** Says how many more there were than were shown. */
  void sayMore() {
    if (file.isEmpty() && count > MOST_SHOWN) {
      person.accept("and " + (count - MOST_SHOWN) + " more; --refused FILE has them all");
    }
  }

  void flush() {
    try {
      if (file.isPresent()) {
        file.get().flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the file of refused lines can't be written", e);
    }
  }

  @Override
  public void close() {
    try {
      if (file.isPresent()) {
        file.get().close();
      }
    } catch (IOException e) {
      // All was flushed, or it was said that it can't be.
    }
  }
}
