package dev.doorward.password;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Makes a {@link PrefixList} of any number of lines in little memory: sorts parts of them, then merges the parts. */
public final class BreachedListBuild {

  private static final int PART = 1 << 22; // 32 MB

  /** A sorted part, read from its beginning. */
  private static final class Run implements AutoCloseable {

    private final DataInputStream in;
    private long head;

    private Run(Path file) throws IOException {
      this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    }

    private long head() {
      return head;
    }

    /** Whether there is one more. */
    private boolean advance() throws IOException {
      try {
        head = (long) in.readUnsignedShort() << Integer.SIZE | in.readInt() & 0xFFFF_FFFFL;
        return true;
      } catch (EOFException e) {
        return false;
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** A list that is being written. */
  private static final class Output implements AutoCloseable {

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(PrefixList.BYTES << 13);
    private final CRC32C checksum = new CRC32C();
    private long count;

    private Output(Path file) throws IOException {
      this.channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      channel.position(PrefixList.HEADER_BYTES);
    }

    private void add(long prefix) throws IOException {
      if (!buffer.hasRemaining()) {
        flush();
      }
      PrefixList.put(buffer, prefix);
      count++;
    }

    private long finish() throws IOException {
      flush();
      channel.position(0);
      write(PrefixList.header(count, checksum));
      channel.force(true);
      return count;
    }

    private void flush() throws IOException {
      buffer.flip();
      checksum.update(buffer.duplicate());
      write(buffer);
      buffer.clear();
    }

    private void write(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private BreachedListBuild() {}

  /**
   * Writes the whole file aside and then puts it in its place: a server that has the old one mapped keeps that. Throws an
   * {@link IllegalArgumentException} that names the first line which is none.
   *
   * @return how many passwords are in it
   */
  public static long build(InputStream lines, Path file, long minCount) throws IOException {
    return build(lines, file, minCount, PART);
  }

  /** @param part how many are sorted at once */
  static long build(InputStream lines, Path file, long minCount, int part) throws IOException {
    Path beside = file.toAbsolutePath().getParent();
    Path directory = Files.createTempDirectory(beside, "breached-list-");
    try {
      List<Path> parts = sort(new BreachedLines(lines), minCount, directory, part);
      Path whole = directory.resolve("list");
      long count = merge(parts, whole);
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
      return count;
    } finally {
      delete(directory);
    }
  }

  private static List<Path> sort(BreachedLines lines, long minCount, Path directory, int part)
      throws IOException {
    List<Path> parts = new ArrayList<>();
    long[] prefixes = new long[part];
    int filled = 0;
    for (long next = lines.next(minCount); next >= 0; next = lines.next(minCount)) {
      prefixes[filled++] = next;
      if (filled == part) {
        parts.add(write(prefixes, filled, directory.resolve("part-" + parts.size())));
        filled = 0;
      }
    }
    if (filled > 0) {
      parts.add(write(prefixes, filled, directory.resolve("part-" + parts.size())));
    }
    return parts;
  }

  private static Path write(long[] prefixes, int count, Path file) throws IOException {
    Arrays.sort(prefixes, 0, count);
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      for (int i = 0; i < count; i++) {
        out.writeShort((int) (prefixes[i] >>> Integer.SIZE));
        out.writeInt((int) prefixes[i]);
      }
    }
    return file;
  }

  private static long merge(List<Path> parts, Path whole) throws IOException {
    List<Run> open = new ArrayList<>();
    PriorityQueue<Run> runs = new PriorityQueue<>(Comparator.comparingLong(Run::head));
    try (Output output = new Output(whole)) {
      for (Path part : parts) {
        Run run = new Run(part);
        open.add(run);
        if (run.advance()) {
          runs.add(run);
        }
      }
      long last = -1;
      while (!runs.isEmpty()) {
        Run run = runs.poll();
        if (run.head() != last) {
          last = run.head();
          output.add(last);
        }
        if (run.advance()) {
          runs.add(run);
        }
      }
      return output.finish();
    } finally {
      for (Run run : open) {
        run.close();
      }
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
