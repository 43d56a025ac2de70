package dev.doorward.event;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;

/**
 * How far a reader of the log has come.
 *
 * @param epoch to which history of the database the place belongs
 * @param seq the place of the last event that the reader has been sent
 */
record EventCursor(String epoch, long seq) {

  private static final byte VERSION = 1;
  private static final String EXPECTED = "expected: a cursor that WatchEvents gave out";

  /** Throws an {@link IllegalArgumentException} for what is no cursor. */
  static EventCursor parse(String text) {
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(Base64.getUrlDecoder().decode(text)))) {
      byte version = in.readByte();
      EventCursor cursor = new EventCursor(in.readUTF(), in.readLong());
      if (version != VERSION || cursor.seq < 0 || in.read() >= 0) {
        throw new IllegalArgumentException(EXPECTED);
      }
      return cursor;
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(EXPECTED, e);
    }
  }

  /** Opaque to whoever keeps it. */
  String text() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeUTF(epoch);
      out.writeLong(seq);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  EventCursor at(long place) {
    return new EventCursor(epoch, place);
  }
}
