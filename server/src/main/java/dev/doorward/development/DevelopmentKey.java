package dev.doorward.development;

import dev.doorward.caller.CallerKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one key that a development server takes. It lies in the data directory; and as long as the server runs, under the
 * server's port where the client stub looks for it: {@code doorward/development-PORT.key} in the user's directory for state.
 */
final class DevelopmentKey implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DevelopmentKey.class);

  private final CallerKey key;
  private final Path file;
  private Path published;

  private DevelopmentKey(CallerKey key, Path file) {
    this.key = key;
    this.file = file;
  }

  /** The one that an earlier run has left, or a new one. */
  static DevelopmentKey in(Path data) throws IOException {
    Path file = data.resolve("caller.key");
    Optional<CallerKey> earlier = Files.exists(file)
        ? CallerKey.read(Files.readString(file).strip()).filter(CallerKey::isForDevelopment)
        : Optional.empty();
    CallerKey key = earlier.orElseGet(CallerKey::generateForDevelopment);
    OwnerOnly.write(file, key.reveal() + "\n");
    return new DevelopmentKey(key, file);
  }

  CallerKey key() {
    return key;
  }

  Path file() {
    return file;
  }

  /** Lets clients on this machine find it, who may do without. */
  void publish(int port) {
    publish(port, state());
  }

  void publish(int port, Path state) {
    try {
      OwnerOnly.createDirectories(state);
      Path found = state.resolve("development-" + port + ".key");
      OwnerOnly.write(found, key.reveal() + "\n");
      published = found;
    } catch (IOException e) {
      log.warn("the client stub won't find the key by itself: {} can't be written", state);
    }
  }

  @Override
  public void close() {
    if (published != null) {
      try {
        Files.deleteIfExists(published);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Path state() {
    String directory = System.getenv("XDG_STATE_HOME");
    Path state = directory == null || directory.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".local", "state")
        : Path.of(directory);
    return state.resolve("doorward");
  }
}
