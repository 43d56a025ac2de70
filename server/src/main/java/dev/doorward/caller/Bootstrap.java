package dev.doorward.caller;

import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import dev.doorward.call.Origin;
import dev.doorward.config.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first operator's key, from a file. Once there is a caller, it means nothing any more. */
public final class Bootstrap {

  private static final Logger log = LoggerFactory.getLogger(Bootstrap.class);

  private static final Origin ORIGIN = new Origin("bootstrap key file", null, null);
  private static final Set<PosixFilePermission> OWNERS =
      Set.of(OWNER_READ, OWNER_WRITE, OWNER_EXECUTE);

  private final Optional<CallerKey> key;

  private Bootstrap(Optional<CallerKey> key) {
    this.key = key;
  }

  /** Refuses a file that is not what it must be, whether it is needed or not. */
  public static Bootstrap from(Optional<Path> file) {
    return new Bootstrap(file.map(Bootstrap::read));
  }

  public void run(Callers callers) {
    key.filter(first -> callers.begin(ORIGIN, first))
        .ifPresent(first -> log.info("the first operator has the key {}", first.id()));
  }

  private static CallerKey read(Path file) {
    try {
      if (Files.getFileStore(file).supportsFileAttributeView("posix")
          && !OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
        throw new InvalidSettings("caller.bootstrap-key-file: " + file
            + " (expected: a file that only its owner can read)");
      }
      Optional<CallerKey> key = CallerKey.read(Files.readString(file).strip());
      if (key.isEmpty() || key.get().isForDevelopment()) {
        throw new InvalidSettings("caller.bootstrap-key-file: " + file
            + " (expected: one line, that `doorward key generate` prints)");
      }
      return key.get();
    } catch (IOException e) {
      throw new InvalidSettings("caller.bootstrap-key-file: " + file + " can't be read");
    }
  }
}
