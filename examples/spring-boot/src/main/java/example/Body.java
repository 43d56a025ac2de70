package example;

import example.Problems.BodyException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JSON object that a request brings. */
record Body(JsonNode json) {

  private static final int MAX_BYTES = 1 << 16;

  static Body of(HttpServletRequest request, JsonMapper mapper) throws IOException {
    byte[] bytes = request.getInputStream().readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new BodyException(413, "BODY_TOO_LARGE", "expected: at most 64 KiB");
    }
    try {
      JsonNode json = mapper.readTree(bytes);
      if (json.isObject()) {
        return new Body(json);
      }
    } catch (JacksonException e) {
      // As if there were none.
    }
    throw new BodyException(400, "BODY_INVALID", "expected: a JSON object");
  }

  /** A text; empty if there is none, for Doorward says best what is wrong with that. */
  String text(String name) {
    return optionalText(name).orElse("");
  }

  Optional<String> optionalText(String name) {
    JsonNode value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    // Half a surrogate pair is no text, and would arrive as another one.
    if (!value.isString() || !StandardCharsets.UTF_8.newEncoder().canEncode(value.stringValue())) {
      throw new BodyException(400, "BODY_INVALID", name + " (expected: a text)");
    }
    return Optional.of(value.stringValue());
  }
}
