package dev.doorward.testing;

import dev.doorward.secrecy.Suite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files with the keys of providers' tokens, which only their owner can read. */
public final class TokenKeyFile {

  private static final Pattern KEY = Pattern.compile("[^#=]+=([A-Za-z0-9+/]{43}=)");

  private TokenKeyFile() {}

  public static Path of(String... lines) {
    for (String line : lines) {
      Matcher key = KEY.matcher(line);
      if (key.matches()) {
        Suite.keepTokenKey(key.group(1));
      }
    }
    try {
      Path file = Files.createTempFile(
              Files.createDirectories(Path.of("target/token-keys")), "token", ".keys")
          .toAbsolutePath();
      return Files.writeString(file, String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The id of the key in a line of such a file. */
  public static String id(String line) {
    return line.substring(0, line.indexOf('='));
  }
}
