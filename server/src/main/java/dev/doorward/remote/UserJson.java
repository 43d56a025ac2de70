package dev.doorward.remote;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.doorward.v1.PortableUser;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A user as a line of JSON, in the form that protobuf gives to messages. */
final class UserJson {

  private static final JsonFormat.Parser PARSER = JsonFormat.parser();
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().omittingInsignificantWhitespace();

  /** What the parser says without showing a value, which may be a secret. */
  private static final Pattern HARMLESS =
      Pattern.compile("(Cannot find field: [\\w.-]{1,64}|Expected an array for \\w{1,64}"
          + "|Failed to parse timestamp|Invalid bool value|Not an? \\w{1,64} value"
          + "|Field \\w{1,64} has already been set|Invalid value for \\w{1,64})\\b.*");

  private static final Pattern COLUMN = Pattern.compile("at line \\d+ (column \\d+)");

  /** Each is three levels in the binary form, of which a reader takes a hundred. */
  private static final int MAX_DEPTH = 32;

  private UserJson() {}

  /**
   * Stricter than the parser of protobuf, which ignores what stands behind the object and takes half a surrogate pair.
   * Throws an {@link IllegalArgumentException} that says what is expected and shows no value.
   */
  static PortableUser parse(byte[] line) {
    String text = text(line);
    requireJson(text);
    PortableUser.Builder user = PortableUser.newBuilder();
    try {
      PARSER.merge(text, user);
    } catch (InvalidProtocolBufferException e) {
      Matcher harmless = HARMLESS.matcher(String.valueOf(e.getMessage()));
      throw no(harmless.lookingAt() ? harmless.group(1) : "not such a message");
    }
    return user.build();
  }

  static String print(PortableUser user) {
    try {
      return PRINTER.print(user);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the server sent a user that has no JSON", e);
    }
  }

  private static String text(byte[] line) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      throw no("not UTF-8");
    }
  }

  private static void requireJson(String text) {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      reader.setNestingLimit(MAX_DEPTH);
      JsonToken token = reader.peek();
      while (token != JsonToken.END_DOCUMENT) {
        switch (token) {
          case BEGIN_OBJECT -> reader.beginObject();
          case END_OBJECT -> reader.endObject();
          case BEGIN_ARRAY -> reader.beginArray();
          case END_ARRAY -> reader.endArray();
          case NAME -> requireText(reader.nextName());
          case STRING -> requireText(reader.nextString());
          case NUMBER, BOOLEAN, NULL -> reader.skipValue();
          case END_DOCUMENT -> throw new IllegalStateException("the loop has ended");
        }
        token = reader.peek();
      }
    } catch (IOException e) {
      String said = String.valueOf(e.getMessage());
      if (said.startsWith("Nesting limit")) {
        throw no("nested deeper than " + MAX_DEPTH + " levels");
      }
      Matcher column = COLUMN.matcher(said);
      throw no("no JSON" + (column.find() ? " at " + column.group(1) : ""));
    }
  }

  private static void requireText(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw no("half a surrogate pair, which is no text");
    }
  }

  private static IllegalArgumentException no(String problem) {
    return new IllegalArgumentException(problem + " (expected: a PortableUser in proto3 JSON)");
  }
}
