package dev.doorward.rpc;

import com.google.protobuf.Message;
import dev.doorward.database.Ids;
import dev.doorward.database.Page;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Page tokens: a position in a list, bound to the list's filters, opaque to callers. */
public final class PageTokens {

  private static final int BINDING_LENGTH = 8;
  private static final long NO_TIME = Long.MIN_VALUE;

  private PageTokens() {}

  /**
   * The position that a token stands for; empty for an empty token.
   *
   * @param filters the request without its page size and page token
   */
  public static Optional<Page.Position> read(String token, Message filters) {
    if (token.isEmpty()) {
      return Optional.empty();
    }
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(Base64.getUrlDecoder().decode(token)))) {
      if (!Arrays.equals(in.readNBytes(BINDING_LENGTH), binding(filters))) {
        throw Fields.invalidPageToken();
      }
      long micros = in.readLong();
      Instant time = micros == NO_TIME ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
      Page.Position position = new Page.Position(time, in.readUTF());
      if (in.read() >= 0 || !canExist(position)) {
        throw Fields.invalidPageToken();
      }
      return Optional.of(position);
    } catch (IOException | IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw Fields.invalidPageToken();
    }
  }

  /** The token of the page after this one; empty if this is the last. */
  public static String write(Page<?> page, Message filters) {
    return page.next().map(position -> write(position, filters)).orElse("");
  }

  private static String write(Page.Position position, Message filters) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(binding(filters));
      out.writeLong(position.time() == null ? NO_TIME : micros(position.time()));
      out.writeUTF(position.key());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  /** The JDK's own subtraction goes by way of nanoseconds, and so no further than to the year 2262. */
  private static long micros(Instant time) {
    return TimeUnit.SECONDS.toMicros(time.getEpochSecond())
        + TimeUnit.NANOSECONDS.toMicros(time.getNano());
  }

  /** Whether a row could be there, for anybody can make up a token. */
  private static boolean canExist(Page.Position position) {
    return position.time() == null
        || (Times.canBeStored(position.time()) && Ids.canExist(position.key()));
  }

  private static byte[] binding(Message filters) {
    return Arrays.copyOf(Fingerprint.of(filters), BINDING_LENGTH);
  }
}
