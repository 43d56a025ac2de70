package dev.doorward.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The wall clock of a process, which can be moved while that runs: by libfaketime, where it is installed. */
public final class WallClock {

  /** That of the machine. */
  public static final Map<String, String> REAL = Map.of();

  private static final String LIBRARY = "faketime/libfaketimeMT.so.1";

  private final Path library;
  private final Path offset;

  public WallClock(Path library, Path offset) {
    this.library = library;
    this.offset = offset;
    moveBy("+0");
  }

  /** Debian's package of the same name has it. */
  public static Optional<Path> library() {
    try (Stream<Path> directories = Files.list(Path.of("/usr/lib"))) {
      return directories
          .map(directory -> directory.resolve(LIBRARY))
          .filter(Files::exists)
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What the process is started with. Its monotonic clock, and whatever waits by it, stays that of the machine. */
  public Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAKETIME_TIMESTAMP_FILE", offset.toString(),
        "FAKETIME_NO_CACHE", "1",
        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        "FAKETIME_FORCE_MONOTONIC_FIX", "0");
  }

  /** @param distance from the machine's: "+1d", "-1d" */
  public void moveBy(String distance) {
    try {
      Path next = offset.resolveSibling(offset.getFileName() + ".next");
      Files.writeString(next, distance + "\n");
      Files.move(
          next,
          offset,
          java.nio.file.StandardCopyOption.ATOMIC_MOVE,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
