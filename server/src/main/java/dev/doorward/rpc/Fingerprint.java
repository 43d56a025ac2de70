package dev.doorward.rpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Tells two requests apart, without keeping anything of their secrets. */
final class Fingerprint {

  private Fingerprint() {}

  /** SHA-256 of the request's type and of all its fields but its id and those marked {@code debug_redact}. */
  static byte[] of(Message request) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(request.getDescriptorForType().getFullName().getBytes(StandardCharsets.UTF_8));
      CodedOutputStream out = CodedOutputStream.newInstance(
          new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      out.useDeterministicSerialization();
      withoutSecrets(request).writeTo(out);
      out.flush();
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Message withoutSecrets(Message message) {
    Message.Builder builder = message.toBuilder();
    message.getAllFields().forEach((field, value) -> {
      if (field.getOptions().getDebugRedact() || field.getName().equals("request_id")) {
        builder.clearField(field);
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isRepeated()) {
        builder.setField(field, withoutSecrets((Message) value));
      }
    });
    return builder.build();
  }
}
