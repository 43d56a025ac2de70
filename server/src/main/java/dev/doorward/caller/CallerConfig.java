package dev.doorward.caller;

import dev.doorward.config.Settings;
import java.nio.file.Path;
import java.util.Optional;

/** Who may call. */
public record CallerConfig(Optional<Path> bootstrapKeyFile) {

  public static CallerConfig read(Settings settings) {
    return new CallerConfig(settings.optional(
        "caller.bootstrap-key-file",
        "a file with the first operator's key, for a database that has no caller yet",
        Path::of));
  }
}
