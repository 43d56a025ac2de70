package example;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The JSON object that a request brings. */
record Body(JsonObject json) {

  private static final int MAX_BYTES = 1 << 16;

  static Body of(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw Problem.of(413, "BODY_TOO_LARGE", "expected: at most 64 KiB");
    }
    try {
      // What is no UTF-8 is refused; String's own constructor would make other characters of it.
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      JsonElement json = JsonParser.parseString(text.toString());
      if (json.isJsonObject()) {
        return new Body(json.getAsJsonObject());
      }
    } catch (CharacterCodingException | JsonParseException e) {
      // As if there were none.
    }
    throw Problem.of(400, "BODY_INVALID", "expected: a JSON object");
  }

  /** A text; empty if there is none, for Doorward says best what is wrong with that. */
  String text(String name) {
    return optionalText(name).orElse("");
  }

  Optional<String> optionalText(String name) {
    JsonElement value = json.get(name);
    if (value == null || value.isJsonNull()) {
      return Optional.empty();
    }
    // Half a surrogate pair is no text, and would arrive as another one.
    if (!value.isJsonPrimitive()
        || !value.getAsJsonPrimitive().isString()
        || !StandardCharsets.UTF_8.newEncoder().canEncode(value.getAsString())) {
      throw Problem.of(400, "BODY_INVALID", name + " (expected: a text)");
    }
    return Optional.of(value.getAsString());
  }
}
