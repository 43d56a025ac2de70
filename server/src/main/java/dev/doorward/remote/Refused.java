package dev.doorward.remote;

import com.google.gson.JsonPrimitive;

/** A line that is not brought in. */
record Refused(long line, String reason, String message) {

  /** Whoever reads the file with a program, reads this. */
  String toJson() {
    return "{\"line\": " + line + ", \"reason\": " + new JsonPrimitive(reason) + ", \"message\": "
        + new JsonPrimitive(message) + "}";
  }

  String toText() {
    return "line " + line + ": " + reason + ": " + Shown.of(message);
  }
}
