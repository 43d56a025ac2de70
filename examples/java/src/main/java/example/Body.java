package example;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
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
      JsonElement json = JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8));
      if (json.isJsonObject()) {
        return new Body(json.getAsJsonObject());
      }
    } catch (JsonParseException e) {
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
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw Problem.of(400, "BODY_INVALID", name + " (expected: a text)");
    }
    return Optional.of(value.getAsString());
  }
}
