package dev.doorward.fault.ledger;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk, in memory, that does not hold much. To mount it takes root. */
final class SmallDisk implements AutoCloseable {

  private static final int MIB = 1 << 20;
  private static final int SIZE_MIB = 300;

  /** MariaDB takes what it needs a few MiB at a time. */
  private static final long LEFT_BYTES = 6L * MIB;

  private final Path directory;

  private SmallDisk(Path directory) {
    this.directory = directory;
  }

  static SmallDisk mount() {
    try {
      Path directory = Files.createTempDirectory("small-disk");
      run("mount", "-t", "tmpfs", "-o", "size=" + SIZE_MIB + "m", "tmpfs", directory.toString());
      return new SmallDisk(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path directory() {
    return directory;
  }

  /** But for the little that whoever grows will take in a moment. */
  void fill() {
    try (OutputStream out = Files.newOutputStream(ballast())) {
      byte[] block = new byte[MIB / 4];
      while (Files.getFileStore(directory).getUsableSpace() > LEFT_BYTES) {
        out.write(block);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void free() {
    try {
      Files.delete(ballast());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    run("umount", "--lazy", directory.toString());
  }

  private Path ballast() {
    return directory.resolve("ballast");
  }

  private static void run(String... command) {
    try {
      int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException(
            String.join(" ", command) + " ended with " + exit + " (expected: to be run by root)");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
