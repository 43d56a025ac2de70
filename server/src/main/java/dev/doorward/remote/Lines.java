package dev.doorward.remote;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** The lines of a file, of which none takes more memory than a line may. */
final class Lines {

  /** Room for as many accounts as there may be, with the longest tokens. */
  static final int LONGEST = 4 << 20;

  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  /**
   * A line that is not blank.
   *
   * @param number from 1, the blank ones counted
   * @param bytes without its end; only the beginning if it is too long
   * @param end how many bytes of the file there are up to its end
   */
  record Line(long number, byte[] bytes, boolean tooLong, long end) {}

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int limit;
  private long bytesBefore;
  private long number;

  Lines(InputStream in) {
    this.in = in;
  }

  /** The next one; empty at the end, however often it is asked. */
  Optional<Line> next() throws IOException {
    while (fill()) {
      Line line = read();
      if (!isBlank(line.bytes())) {
        return Optional.of(line);
      }
    }
    return Optional.empty();
  }

  private Line read() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean tooLong = false;
    boolean ended = false;
    while (!ended && fill()) {
      int from = next;
      while (next < limit && buffer[next] != '\n') {
        next++;
      }
      int room = LONGEST - line.size();
      tooLong |= next - from > room;
      line.write(buffer, from, Math.min(room, next - from));
      if (next < limit) {
        ended = true;
        next++;
      }
    }
    number++;
    return new Line(number, withoutMark(line.toByteArray()), tooLong, bytesBefore + next);
  }

  /** Whether there is another byte. */
  private boolean fill() throws IOException {
    while (next == limit) {
      bytesBefore += limit;
      next = 0;
      limit = 0;
      int length = in.read(buffer);
      if (length < 0) {
        return false;
      }
      limit = length;
    }
    return true;
  }

  private byte[] withoutMark(byte[] line) {
    return number == 1 && Arrays.equals(line, 0, Math.min(3, line.length), MARK, 0, 3)
        ? Arrays.copyOfRange(line, MARK.length, line.length)
        : line;
  }

  private static boolean isBlank(byte[] line) {
    for (byte each : line) {
      if (each != ' ' && each != '\t' && each != '\r') {
        return false;
      }
    }
    return true;
  }
}
