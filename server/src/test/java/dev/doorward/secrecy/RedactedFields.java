package dev.doorward.secrecy;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** What messages have in fields with {@code [debug_redact = true]}, however deep. */
final class RedactedFields {

  /** Of a message type: the fields that are redacted, or that have messages in which something may be. */
  private final Map<Descriptor, List<FieldDescriptor>> interesting = new ConcurrentHashMap<>();

  /** @param found is given the name of each field that is set, with its value */
  void read(Message message, BiConsumer<String, String> found) {
    for (FieldDescriptor field : interesting(message.getDescriptorForType())) {
      if (field.isRepeated()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          read(field, message.getRepeatedField(field, i), found);
        }
      } else if (!field.hasPresence() || message.hasField(field)) {
        read(field, message.getField(field), found);
      }
    }
  }

  private void read(FieldDescriptor field, Object value, BiConsumer<String, String> found) {
    if (value instanceof Message message) {
      read(message, found);
    } else {
      found.accept(field.getFullName(), value.toString());
    }
  }

  private List<FieldDescriptor> interesting(Descriptor type) {
    List<FieldDescriptor> known = interesting.get(type);
    if (known != null) {
      return known;
    }
    Map<Descriptor, Boolean> seen = new HashMap<>();
    List<FieldDescriptor> fields =
        type.getFields().stream().filter(field -> isInteresting(field, seen)).toList();
    interesting.put(type, fields);
    return fields;
  }

  /** @param seen types that have been looked at, or are being looked at further up */
  private static boolean isInteresting(FieldDescriptor field, Map<Descriptor, Boolean> seen) {
    if (field.getOptions().getDebugRedact()) {
      return true;
    }
    if (field.getJavaType() != JavaType.MESSAGE) {
      return false;
    }
    Descriptor type = field.getMessageType();
    Boolean known = seen.putIfAbsent(type, false);
    if (known != null) {
      return known;
    }
    List<Boolean> answers = new ArrayList<>();
    type.getFields().forEach(inner -> answers.add(isInteresting(inner, seen)));
    boolean any = answers.contains(true);
    seen.put(type, any);
    return any;
  }
}
