package dev.doorward.caller;

import static dev.doorward.rpc.Times.toTimestamp;

import dev.doorward.call.Role;
import java.util.EnumSet;
import java.util.Optional;

/** Callers' keys in messages. */
final class CallerMessages {

  private CallerMessages() {}

  static dev.doorward.v1.CallerKey toMessage(IssuedKey key) {
    dev.doorward.v1.CallerKey.Builder message = dev.doorward.v1.CallerKey.newBuilder()
        .setId(key.id())
        .setCallerName(key.callerName())
        .setCreatedAt(toTimestamp(key.createdAt()))
        .setExpires(toTimestamp(key.expires()));
    EnumSet.copyOf(key.roles()).forEach(role -> message.addRoles(toMessage(role)));
    key.certificateName().ifPresent(message::setCertificateName);
    return message.build();
  }

  /** Empty for what is no role. */
  static Optional<Role> role(dev.doorward.v1.Role role) {
    return switch (role) {
      case ROLE_VALIDATOR -> Optional.of(Role.VALIDATOR);
      case ROLE_AUTHENTICATOR -> Optional.of(Role.AUTHENTICATOR);
      case ROLE_DIRECTORY -> Optional.of(Role.DIRECTORY);
      case ROLE_ADMIN -> Optional.of(Role.ADMIN);
      case ROLE_OPERATOR -> Optional.of(Role.OPERATOR);
      case ROLE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  private static dev.doorward.v1.Role toMessage(Role role) {
    return switch (role) {
      case VALIDATOR -> dev.doorward.v1.Role.ROLE_VALIDATOR;
      case AUTHENTICATOR -> dev.doorward.v1.Role.ROLE_AUTHENTICATOR;
      case DIRECTORY -> dev.doorward.v1.Role.ROLE_DIRECTORY;
      case ADMIN -> dev.doorward.v1.Role.ROLE_ADMIN;
      case OPERATOR -> dev.doorward.v1.Role.ROLE_OPERATOR;
    };
  }
}
