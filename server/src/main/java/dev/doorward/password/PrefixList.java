package dev.doorward.password;

import dev.doorward.config.InvalidSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The first 48 bits of many SHA-1s, in order, each once, in a mapped file of which a look-up touches a page or two. What is not in a list of n is taken for one that is with a probability of n / 2^48: one in 28 million for ten million
 * passwords, one in 280,000 for a billion. Two bytes more would make that nothing, and the file a third longer.
 *
 * <p>The file: a header of 24 bytes (the mark, the count, the CRC-32C of all that follows the header, and that of the header
 * before it), then 6 bytes for each, the most significant first.
 */
final class PrefixList {

  static final int BITS = 48;
  static final int BYTES = BITS / 8;
  static final int HEADER_BYTES = 24;
  static final long MARK = 0x4457_4252_4541_3031L; // "DWBREA01"

  /** As much is read from beginning to end at the start, which takes a fraction of a second. */
  private static final long READ_AT_START = 256L << 20;

  private static final int SAMPLES = 100;
  private static final int SEGMENT_SHIFT =
      27; // A buffer ends at 2 GiB, so a file is mapped in parts of 0.8.

  private final ByteBuffer[] segments;
  private final int shift;
  private final long count;

  private PrefixList(ByteBuffer[] segments, int shift, long count) {
    this.segments = segments;
    this.shift = shift;
    this.count = count;
  }

  /**
   * Throws {@link InvalidSettings} for a file that is no list, or not whole.
   *
   * @param name what the file is called in that
   * @param all whether to read it from beginning to end however long it is
   */
  static PrefixList map(String name, Path file, boolean all) {
    return map(name, file, all, SEGMENT_SHIFT);
  }

  /** @param shift of how many entries a part is mapped: two to the power of this */
  static PrefixList map(String name, Path file, boolean all, int shift) {
    String place = name + ": " + file;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer header = header(place, channel);
      long count = header.getLong(8);
      long expected = HEADER_BYTES + count * BYTES;
      if (channel.size() != expected) {
        throw new InvalidSettings(
            place + " has " + channel.size() + " bytes (expected: " + expected + ")");
      }
      PrefixList list = new PrefixList(segments(channel, count, shift), shift, count);
      list.check(place, header.getInt(16), all || expected <= READ_AT_START);
      return list;
    } catch (IOException e) {
      throw new InvalidSettings(place + " can't be read");
    }
  }

  static void put(ByteBuffer bytes, long prefix) {
    bytes.putShort((short) (prefix >>> Integer.SIZE)).putInt((int) prefix);
  }

  /** The header of a list, ready to be written. */
  static ByteBuffer header(long count, CRC32C ofEntries) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.putLong(MARK).putLong(count).putInt((int) ofEntries.getValue());
    return header.putInt(checksum(header)).flip();
  }

  long count() {
    return count;
  }

  /** By guesses where it would be, as the prefixes are spread evenly; and by halves in turns with that, should they not be. */
  boolean contains(long wanted) {
    long from = 0;
    long to = count;
    long least = 0; // What lies between the two is at least this,
    long bound = 1L << BITS; // and below that.
    for (boolean guess = true; from < to; guess = !guess) {
      double share = guess ? (double) (wanted - least) / (bound - least) : 0.5;
      long middle = from + (long) (share * (to - from));
      long found = at(middle);
      if (found == wanted) {
        return true;
      }
      if (found < wanted) {
        from = middle + 1;
        least = found + 1;
      } else {
        to = middle;
        bound = found;
      }
    }
    return false;
  }

  private long at(long index) {
    ByteBuffer segment = segments[(int) (index >>> shift)];
    int place = (int) (index & (1L << shift) - 1) * BYTES;
    return (segment.getShort(place) & 0xFFFFL) << Integer.SIZE
        | segment.getInt(place + Short.BYTES) & 0xFFFF_FFFFL;
  }

  private void check(String place, int checksum, boolean all) {
    long samples = Math.min(SAMPLES, count);
    for (long i = 1; i < samples; i++) {
      if (at((i - 1) * count / samples) >= at(i * count / samples)) {
        throw broken(place);
      }
    }
    if (all) {
      CRC32C crc = new CRC32C();
      for (ByteBuffer segment : segments) {
        crc.update(segment.duplicate());
      }
      if ((int) crc.getValue() != checksum) {
        throw broken(place);
      }
    }
  }

  private static ByteBuffer header(String place, FileChannel channel) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    while (header.hasRemaining()) {
      if (channel.read(header) < 0) {
        throw notAList(place);
      }
    }
    if (header.getLong(0) != MARK || header.getInt(HEADER_BYTES - 4) != checksum(header)) {
      throw notAList(place);
    }
    return header;
  }

  private static ByteBuffer[] segments(FileChannel channel, long count, int shift)
      throws IOException {
    int number = (int) ((count + (1L << shift) - 1) >>> shift);
    ByteBuffer[] segments = new ByteBuffer[number];
    for (int i = 0; i < number; i++) {
      long first = (long) i << shift;
      long size = Math.min(1L << shift, count - first) * BYTES;
      segments[i] = channel.map(FileChannel.MapMode.READ_ONLY, HEADER_BYTES + first * BYTES, size);
    }
    return segments;
  }

  /** Of a header, without the place for it. */
  private static int checksum(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.array(), 0, HEADER_BYTES - Integer.BYTES);
    return (int) crc.getValue();
  }

  private static InvalidSettings notAList(String place) {
    return new InvalidSettings(
        place + " is no list (expected: what `doorward breached-list build` makes)");
  }

  private static InvalidSettings broken(String place) {
    return new InvalidSettings(
        place + " is damaged (expected: what its checksum says; build or copy it anew)");
  }
}
