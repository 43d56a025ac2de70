package dev.doorward.attack;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes something else of a message or of bytes: now and then something that means well, mostly not. */
final class Mutations {

  private static final List<String> TEXTS = List.of(
      "",
      " ",
      "\0",
      "x",
      "\r\nx: y",
      "\u202eevil\u200b",
      "\ud83d\ude00",
      "e\u0301\u212a\ufb03\u0130",
      "' OR 1=1 -- ",
      "%s%n${jndi:x}",
      "../../etc/passwd",
      "-1",
      "9".repeat(40),
      "A".repeat(65),
      "\u00e4".repeat(256),
      "x".repeat(5000));

  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    127,
    128,
    255,
    1000,
    1001,
    65_536,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private static final int MOST_REPEATED = 600;
  private static final int MOST_BYTES_ADDED = 64;

  private Mutations() {}

  /** The bytes of the message after one to three changes, of its fields or of its bytes. */
  static byte[] of(DynamicMessage message, Random random) {
    DynamicMessage.Builder builder = message.toBuilder();
    int changes = 1 + random.nextInt(3);
    int ofFields = random.nextInt(changes + 1);
    for (int i = 0; i < ofFields; i++) {
      changeField(builder, random);
    }
    byte[] bytes = builder.build().toByteArray();
    for (int i = ofFields; i < changes; i++) {
      bytes = of(bytes, random);
    }
    return bytes;
  }

  /** The bytes after one change. */
  static byte[] of(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return bytes(random, 1 + random.nextInt(8));
    }
    int at = random.nextInt(bytes.length);
    int to = at + random.nextInt(Math.min(bytes.length - at, MOST_BYTES_ADDED) + 1);
    return switch (random.nextInt(8)) {
      case 0 -> with(bytes, at, bytes[at] ^ 1 << random.nextInt(8));
      case 1 -> with(bytes, at, random.nextInt(256));
      case 2 -> with(bytes, at, random.nextBoolean() ? 0xff : 0x00);
      case 3 -> Arrays.copyOf(bytes, at);
      case 4 -> splice(bytes, at, to, new byte[0]);
      case 5 -> splice(bytes, at, at, bytes(random, 1 + random.nextInt(8)));
      case 6 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
      default -> splice(bytes, at, to, bytes(random, to - at));
    };
  }

  static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Another value for one field, here or in a message within. */
  private static void changeField(Message.Builder builder, Random random) {
    List<FieldDescriptor> fields = builder.getDescriptorForType().getFields();
    if (fields.isEmpty()) {
      return;
    }
    FieldDescriptor field = fields.get(random.nextInt(fields.size()));
    if (field.isRepeated()) {
      changeRepeated(builder, field, random);
    } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && builder.hasField(field)
        && random.nextInt(4) != 0) {
      Message.Builder inner = ((Message) builder.getField(field)).toBuilder();
      changeField(inner, random);
      builder.setField(field, inner.build());
    } else if (random.nextInt(6) == 0) {
      builder.clearField(field);
    } else {
      builder.setField(field, extreme(builder, field, random));
    }
  }

  private static void changeRepeated(
      Message.Builder builder, FieldDescriptor field, Random random) {
    if (field.isMapField()) {
      return;
    }
    int count = builder.getRepeatedFieldCount(field);
    if (count > 0 && random.nextInt(4) == 0) {
      builder.clearField(field);
      return;
    }
    int more = random.nextInt(8) == 0 ? random.nextInt(MOST_REPEATED) : 1;
    for (int i = 0; i < more; i++) {
      builder.addRepeatedField(
          field,
          count > 0 && random.nextBoolean()
              ? builder.getRepeatedField(field, random.nextInt(count))
              : extreme(builder, field, random));
    }
  }

  private static Object extreme(Message.Builder builder, FieldDescriptor field, Random random) {
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    return switch (field.getJavaType()) {
      case STRING -> random.nextInt(3) == 0 ? otherText(builder, random) : text(random);
      case BYTE_STRING -> ByteString.copyFrom(bytes(random, random.nextInt(32)));
      case BOOLEAN -> random.nextBoolean();
      case INT -> (int) number;
      case LONG -> number;
      case FLOAT -> random.nextBoolean() ? Float.NaN : (float) number;
      case DOUBLE -> random.nextBoolean() ? Double.NaN : (double) number;
      case ENUM -> field.getEnumType().findValueByNumberCreatingIfUnknown((int) number);
      case MESSAGE -> innerExtreme(builder, field, random);
    };
  }

  private static Message innerExtreme(
      Message.Builder builder, FieldDescriptor field, Random random) {
    if (field.getMessageType().getFullName().equals(Struct.getDescriptor().getFullName())) {
      return nested(1 + random.nextInt(60));
    }
    Message.Builder inner = builder.newBuilderForField(field);
    for (int i = random.nextInt(3); i > 0; i--) {
      changeField(inner, random);
    }
    return inner.build();
  }

  private static Struct nested(int depth) {
    Value value = Value.newBuilder().setNumberValue(Double.MAX_VALUE).build();
    for (int i = 1; i < depth; i++) {
      value = Value.newBuilder()
          .setStructValue(Struct.newBuilder().putFields("x", value))
          .build();
    }
    return Struct.newBuilder().putFields("x", value).build();
  }

  private static String text(Random random) {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  /** What another field says: an id in the place of a token. */
  private static String otherText(Message.Builder builder, Random random) {
    List<String> texts = new ArrayList<>();
    builder.getAllFields().values().forEach(value -> {
      if (value instanceof String text) {
        texts.add(text);
      }
    });
    return texts.isEmpty() ? text(random) : texts.get(random.nextInt(texts.size()));
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) value;
    return changed;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] instead) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(instead);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
