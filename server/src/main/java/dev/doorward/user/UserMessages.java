package dev.doorward.user;

import static dev.doorward.rpc.Times.toTimestamp;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;

/** Users in messages. */
public final class UserMessages {

  private static final JsonFormat.Printer TO_JSON =
      JsonFormat.printer().omittingInsignificantWhitespace();
  private static final JsonFormat.Parser FROM_JSON = JsonFormat.parser();

  private UserMessages() {}

  public static dev.doorward.v1.User toMessage(User user) {
    dev.doorward.v1.User.Builder message = dev.doorward.v1.User.newBuilder()
        .setId(user.id())
        .setEmail(user.email())
        .setEmailVerified(user.emailVerified())
        .setCreatedAt(toTimestamp(user.createdAt()))
        .setUpdatedAt(toTimestamp(user.updatedAt()))
        .setEtag(user.etag());
    if (user.name() != null) {
      message.setName(user.name());
    }
    if (user.image() != null) {
      message.setImage(user.image());
    }
    if (user.emailVerifiedAt() != null) {
      message.setEmailVerifiedAt(toTimestamp(user.emailVerifiedAt()));
    }
    if (user.disabledAt() != null) {
      message.setDisabledAt(toTimestamp(user.disabledAt()));
    }
    if (user.disabledReason() != null) {
      message.setDisabledReason(user.disabledReason());
    }
    if (user.disabledUntil() != null) {
      message.setDisabledUntil(toTimestamp(user.disabledUntil()));
    }
    if (user.metadata() != null) {
      message.setMetadata(fromJson(user.metadata()));
    }
    return message.build();
  }

  /** Throws an {@link IllegalArgumentException} for a value that JSON does not have, such as NaN. */
  static String toJson(Struct metadata) {
    try {
      return TO_JSON.print(metadata);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("expected: a JSON object");
    }
  }

  static Struct fromJson(String metadata) {
    Struct.Builder struct = Struct.newBuilder();
    try {
      FROM_JSON.merge(metadata, struct);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("user.metadata is not a JSON object", e);
    }
    return struct.build();
  }
}
