package dev.doorward.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where the caller's key comes from. None shows it. */
abstract class KeySource {

  private static final Pattern FORM = Pattern.compile("dwk(dev)?_[0-9A-Za-z_]{1,200}");

  /** Whether {@link #key} needs not read anything just now. */
  abstract boolean isAtHand();

  /** Empty for a call without a key. Throws an {@link IllegalStateException} if there should be one and is not. */
  abstract Optional<String> key();

  /** Always that key. */
  static KeySource fixed(String key) {
    if (!FORM.matcher(key).matches()) {
      throw new IllegalArgumentException("key: (expected: a key that begins with dwk_)");
    }
    return new Fixed(key);
  }

  /** The key that the file holds at the time of the call, or held a second before. */
  static KeySource file(Path file) {
    return new InFile(file, true);
  }

  /** The same, and no key at all as long as there is no such file. */
  static KeySource fileIfThere(Path file) {
    return new InFile(file, false);
  }

  private static final class Fixed extends KeySource {
    private final Optional<String> key;

    private Fixed(String key) {
      this.key = Optional.of(key);
    }

    @Override
    boolean isAtHand() {
      return true;
    }

    @Override
    Optional<String> key() {
      return key;
    }

    @Override
    public String toString() {
      return "a key";
    }
  }

  private static final class InFile extends KeySource {
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private record Read(Optional<String> key, long nanos) {}

    private final Path file;
    private final boolean required;
    private volatile Read last;

    private InFile(Path file, boolean required) {
      this.file = file;
      this.required = required;
    }

    @Override
    boolean isAtHand() {
      Read read = last;
      return read != null && System.nanoTime() - read.nanos() < FRESH_NANOS;
    }

    @Override
    Optional<String> key() {
      Read read = last;
      if (read == null || System.nanoTime() - read.nanos() >= FRESH_NANOS) {
        read = new Read(read(), System.nanoTime());
        last = read;
      }
      return read.key();
    }

    @Override
    public String toString() {
      return "the key in " + file;
    }

    private Optional<String> read() {
      String text;
      try {
        text = Files.readString(file).strip();
      } catch (NoSuchFileException e) {
        if (!required) {
          return Optional.empty();
        }
        throw new IllegalStateException("key file: " + file + " does not exist", e);
      } catch (IOException e) {
        throw new IllegalStateException("key file: " + file + " can't be read", e);
      }
      if (!FORM.matcher(text).matches()) {
        throw new IllegalStateException(
            "key file: " + file + " (expected: one key, that begins with dwk_)");
      }
      return Optional.of(text);
    }
  }
}
