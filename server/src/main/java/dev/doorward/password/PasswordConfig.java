package dev.doorward.password;

import dev.doorward.account.PasswordProvider;
import dev.doorward.config.Settings;
import dev.doorward.config.Values;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a password must be and how it is hashed. */
public record PasswordConfig(
    int minLength,
    int maxLength,
    int memoryKib,
    int iterations,
    int parallelism,
    int threads,
    int queue,
    Optional<Path> argon2Library,
    Optional<Path> breachedList,
    PasswordProvider provider) {

  public static PasswordConfig read(Settings settings) {
    return new PasswordConfig(
        settings.integer(
            "password.min-length", 8, 1, 128, "the fewest characters of a new password"),
        settings.integer(
            "password.max-length", 128, 64, 1024, "the most characters of a new password"),
        settings.integer("password.memory-kib", 19456, 8, 1 << 21, "Argon2id: memory, in KiB"),
        settings.integer("password.iterations", 2, 1, 100, "Argon2id: passes over the memory"),
        settings.integer("password.parallelism", 1, 1, 64, "Argon2id: lanes"),
        settings.integer(
            "password.threads",
            Runtime.getRuntime().availableProcessors(),
            1,
            1024,
            "passwords hashed at once; the default is one per processor"),
        settings.integer("password.queue", 256, 1, 100_000, "passwords that may wait to be hashed"),
        settings.optional(
            "password.argon2-library",
            "a libargon2 built for this machine, by docker/argon2/build; empty for the slower one inside",
            PasswordConfig::argon2Library),
        settings.optional(
            "password.breached-list",
            "known passwords that nobody may take anew, by `breached-list build`; empty for the few inside",
            Values::file),
        PasswordProvider.read(settings));
  }

  private static Path argon2Library(String text) {
    String name = System.mapLibraryName("argon2");
    Path file = Path.of(text).toAbsolutePath();
    if (!Files.isReadable(file) || !file.endsWith(name)) {
      throw new IllegalArgumentException("expected: a file that can be read, named " + name);
    }
    return file;
  }
}
