package dev.doorward.config;

import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Files with secrets, which only their owner may be able to read. */
public final class OwnersFile {

  private static final Set<PosixFilePermission> OWNERS =
      Set.of(OWNER_READ, OWNER_WRITE, OWNER_EXECUTE);

  private OwnersFile() {}

  /** The whole text. Throws {@link InvalidSettings}, which names the setting, if others can read it or nobody can. */
  public static String read(String setting, Path file) {
    try {
      if (Files.getFileStore(file).supportsFileAttributeView("posix")
          && !OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
        throw new InvalidSettings(
            setting + ": " + file + " (expected: a file that only its owner can read)");
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new InvalidSettings(setting + ": " + file + " can't be read");
    }
  }
}
