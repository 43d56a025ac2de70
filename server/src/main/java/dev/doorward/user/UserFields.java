package dev.doorward.user;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.doorward.database.Change;
import dev.doorward.rpc.Fields;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;

/** Reads users from requests. */
public final class UserFields {

  private static final int MAX_NAME = 255;
  private static final int MAX_IMAGE = 2048;
  private static final int MAX_METADATA_BYTES = 16 << 10;

  /** MariaDB takes no deeper JSON than 32 levels. */
  private static final int MAX_METADATA_DEPTH = 30;

  private static final Set<String> CHANGEABLE =
      Set.of("email", "email_verified", "email_verified_at", "image", "metadata", "name");

  private UserFields() {}

  public static Email email(Fields fields, String field, String value) {
    return fields.parsed(field, value, Email::parse);
  }

  public static String name(Fields fields, String field, String value) {
    return fields.text(field, value, MAX_NAME);
  }

  public static String image(Fields fields, String field, String value) {
    return fields.text(field, value, MAX_IMAGE);
  }

  public static NewUser create(Fields fields, dev.doorward.v1.User user) {
    return new NewUser(
        fields.idOrNew("user.id", user.getId()),
        email(fields, "user.email", user.getEmail()),
        user.getEmailVerified() || user.hasEmailVerifiedAt(),
        emailVerifiedAt(fields, user),
        name(fields, "user.name", user.getName()),
        image(fields, "user.image", user.getImage()),
        user.hasMetadata() ? metadata(fields, user.getMetadata()) : null);
  }

  static UserChanges changes(
      Fields fields, dev.doorward.v1.User user, com.google.protobuf.FieldMask mask) {
    Set<String> paths = fields.mask(mask, user, CHANGEABLE);
    return new UserChanges(
        Change.of("email", paths, () -> {
          Email email = email(fields, "user.email", user.getEmail());
          return email == null ? null : email.value();
        }),
        paths.contains("email_verified_at")
            ? Change.to(user.hasEmailVerifiedAt())
            : Change.of("email_verified", paths, user::getEmailVerified),
        Change.of("email_verified_at", paths, () -> emailVerifiedAt(fields, user)),
        Change.of("name", paths, () -> name(fields, "user.name", user.getName())),
        Change.of("image", paths, () -> image(fields, "user.image", user.getImage())),
        Change.of(
            "metadata",
            paths,
            () -> user.hasMetadata() ? metadata(fields, user.getMetadata()) : null));
  }

  /** Null if it is not given. */
  private static Instant emailVerifiedAt(Fields fields, dev.doorward.v1.User user) {
    if (user.hasEmailVerifiedAt() && user.hasEmailVerified() && !user.getEmailVerified()) {
      fields.violation("user.email_verified", "false (expected: true, beside email_verified_at)");
    }
    return fields.time(
        "user.email_verified_at", user.hasEmailVerifiedAt(), user.getEmailVerifiedAt());
  }

  private static String metadata(Fields fields, Struct metadata) {
    try {
      if (isDeeperThan(MAX_METADATA_DEPTH, metadata)) {
        throw new IllegalArgumentException(
            "nested deeper than expected: at most " + MAX_METADATA_DEPTH + " levels");
      }
      String json = UserMessages.toJson(metadata);
      if (json.getBytes(StandardCharsets.UTF_8).length > MAX_METADATA_BYTES) {
        throw new IllegalArgumentException(
            "longer than expected: at most " + MAX_METADATA_BYTES + " bytes of JSON");
      }
      return json;
    } catch (IllegalArgumentException e) {
      fields.violation("user.metadata", e.getMessage());
      return null;
    }
  }

  private static boolean isDeeperThan(int levels, Struct struct) {
    return struct.getFieldsMap().values().stream()
        .anyMatch(value -> isDeeperThan(levels - 1, value));
  }

  private static boolean isDeeperThan(int levels, Value value) {
    return switch (value.getKindCase()) {
      case STRUCT_VALUE -> levels == 0 || isDeeperThan(levels, value.getStructValue());
      case LIST_VALUE ->
        levels == 0
            || value.getListValue().getValuesList().stream()
                .anyMatch(item -> isDeeperThan(levels - 1, item));
      case NULL_VALUE, NUMBER_VALUE, STRING_VALUE, BOOL_VALUE, KIND_NOT_SET -> false;
    };
  }
}
