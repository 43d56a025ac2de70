package dev.doorward.development;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A directory that one process at a time may use, by a lock that dies with its holder. */
final class DirectoryLock implements AutoCloseable {

  // Closing any channel to a file drops every POSIX lock that this JVM holds on that file. So who
  // is refused within this JVM must be refused before the file is opened.
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  // Far behind the pid, because on Windows nobody can read what is locked.
  private static final long LOCKED_BYTE = Integer.MAX_VALUE;

  private final Path directory;
  private final FileChannel channel;

  private DirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Takes the directory, named by its real path.
   *
   * @throws IllegalStateException if it is in use, naming the process that uses it
   */
  static DirectoryLock take(Path directory) throws IOException {
    if (!HELD_HERE.add(directory)) {
      throw inUse(directory, ownPid());
    }
    FileChannel channel = null;
    boolean taken = false;
    try {
      Path file = directory.resolve("lock");
      channel = FileChannel.open(file, CREATE, READ, WRITE);
      if (tryLock(channel) == null) {
        throw inUse(directory, Files.readString(file));
      }
      channel.truncate(0).write(UTF_8.encode(ownPid()));
      taken = true;
      return new DirectoryLock(directory, channel);
    } finally {
      if (!taken) {
        release(directory, channel);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      release(directory, channel);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock(LOCKED_BYTE, 1, false);
    } catch (OverlappingFileLockException e) {
      return null; // Held in this JVM by another class loader.
    }
  }

  private static void release(Path directory, FileChannel channel) throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      HELD_HERE.remove(directory);
    }
  }

  private static String ownPid() {
    return Long.toString(ProcessHandle.current().pid());
  }

  private static IllegalStateException inUse(Path directory, String pid) {
    return new IllegalStateException(
        directory + ": in use by process " + pid + " (expected: one process at a time)");
  }
}
