package dev.doorward.database;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * Many rows as one parameter, for a statement that reads them by {@code JSON_TABLE}: it is prepared once, whatever their number,
 * where a list of placeholders would be put together and parsed anew each time. A value that is null is left out, which makes
 * it NULL.
 */
public final class JsonRows {

  private static final DateTimeFormatter DATETIME = DateTimeFormatter.ofPattern(
          "uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
      .withZone(ZoneOffset.UTC);

  private final StringWriter text = new StringWriter();
  private final JsonWriter json = new JsonWriter(text);

  private JsonRows() {}

  /** An object for each row. */
  public static <T> String of(Collection<T> rows, BiConsumer<JsonRows, T> columns) {
    return new JsonRows().write(rows, (json, row) -> {
      json.json.beginObject();
      columns.accept(json, row);
      json.json.endObject();
    });
  }

  /** The values alone. */
  public static String of(Collection<String> values) {
    return new JsonRows().write(values, (json, value) -> json.json.value(value));
  }

  public JsonRows with(String column, String value) {
    return write(column, value, json::value);
  }

  public JsonRows with(String column, boolean value) {
    return write(column, value, json::value);
  }

  /** A DATETIME(6) in UTC. */
  public JsonRows with(String column, Instant value) {
    return write(column, value, moment -> json.value(DATETIME.format(moment)));
  }

  private interface Writing<T> {
    void write(T value) throws IOException;
  }

  private interface RowWriting<T> {
    void write(JsonRows json, T row) throws IOException;
  }

  private <T> String write(Collection<T> rows, RowWriting<T> writing) {
    try {
      json.beginArray();
      for (T row : rows) {
        writing.write(this, row);
      }
      json.endArray().flush();
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // A StringWriter throws none.
    }
  }

  private <T> JsonRows write(String column, T value, Writing<T> writing) {
    if (value != null) {
      try {
        json.name(column);
        writing.write(value);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return this;
  }
}
