package dev.doorward.caller;

import dev.doorward.call.Origin;
import dev.doorward.config.InvalidSettings;
import dev.doorward.config.OwnersFile;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first operator's key, from a file. Once there is a caller, it means nothing any more. */
public final class Bootstrap {

  private static final Logger log = LoggerFactory.getLogger(Bootstrap.class);

  private static final Origin ORIGIN = new Origin("bootstrap key file", null, null);
  private static final String SETTING = "caller.bootstrap-key-file";

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
    Optional<CallerKey> key = CallerKey.read(OwnersFile.read(SETTING, file).strip());
    if (key.isEmpty() || key.get().isForDevelopment()) {
      throw new InvalidSettings(
          SETTING + ": " + file + " (expected: one line, that `doorward key generate` prints)");
    }
    return key.get();
  }
}
