package dev.doorward.client;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a development server on this machine leaves its key for clients, by the port that it listens on. */
final class DevelopmentKey {

  private static final Pattern PORT = Pattern.compile(":(\\d{1,5})$");

  private DevelopmentKey() {}

  /** For a target on this machine. The file is there as long as the server runs. */
  static KeySource of(String target) {
    return of(target, state());
  }

  static KeySource of(String target, Path state) {
    Matcher port = PORT.matcher(target);
    return KeySource.fileIfThere(
        state.resolve("doorward/development-" + (port.find() ? port.group(1) : "") + ".key"));
  }

  private static Path state() {
    String directory = System.getenv("XDG_STATE_HOME");
    return directory == null || directory.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".local", "state")
        : Path.of(directory);
  }
}
