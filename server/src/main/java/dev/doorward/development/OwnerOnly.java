package dev.doorward.development;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files and directories that nobody but their owner can read. */
final class OwnerOnly {

  private OwnerOnly() {}

  /** Creates the directory and its missing parents; one that exists keeps its permissions. */
  static void createDirectories(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) { // Or a link to one.
      Files.createDirectories(directory, permissions(directory, "rwx------"));
    }
  }

  /** Writes the whole file at once: whoever reads it sees the old text or the new one. */
  static void write(Path file, String text) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(aside);
    try (var channel =
        Files.newByteChannel(aside, Set.of(CREATE_NEW, WRITE), permissions(file, "rw-------"))) {
      ByteBuffer bytes = UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
    Files.move(aside, file, ATOMIC_MOVE);
  }

  private static FileAttribute<?>[] permissions(Path path, String permissions) {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0]; // Windows: a home directory is its owner's by inheritance.
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
    };
  }
}
