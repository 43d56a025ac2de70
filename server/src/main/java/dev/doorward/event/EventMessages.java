package dev.doorward.event;

import static dev.doorward.rpc.Times.toTimestamp;

import dev.doorward.v1.WatchEventsResponse;
import java.util.Arrays;

/** Events in messages. */
public final class EventMessages {

  private EventMessages() {}

  public static dev.doorward.v1.Event toMessage(Recorded event) {
    dev.doorward.v1.Event.Builder message = dev.doorward.v1.Event.newBuilder()
        .setId(Long.toString(event.id()))
        .setCreatedAt(toTimestamp(event.createdAt()))
        .setCaller(event.caller())
        .setType(type(event.type()));
    if (event.userId() != null) {
      message.setUserId(event.userId());
    }
    if (event.sessionId() != null) {
      message.setSessionId(event.sessionId());
    }
    if (event.accountId() != null) {
      message.setAccountId(event.accountId());
    }
    if (event.ipAddress() != null) {
      message.setIpAddress(event.ipAddress());
    }
    if (event.callerKeyId() != null) {
      message.setCallerKeyId(event.callerKeyId());
    }
    return message.build();
  }

  static WatchEventsResponse toMessage(EventLog.Slice slice) {
    WatchEventsResponse.Builder message =
        WatchEventsResponse.newBuilder().setCursor(slice.after().text());
    slice.events().forEach(event -> message.addEvents(toMessage(event)));
    return message.build();
  }

  /** While servers are being updated, a newer one may have written what this one does not know. */
  private static dev.doorward.v1.EventType type(String name) {
    return Arrays.stream(EventType.values())
        .filter(type -> type.name().equals(name))
        .findFirst()
        .map(EventMessages::toMessage)
        .orElse(dev.doorward.v1.EventType.EVENT_TYPE_UNSPECIFIED);
  }

  private static dev.doorward.v1.EventType toMessage(EventType type) {
    return switch (type) {
      case USER_CREATED -> dev.doorward.v1.EventType.EVENT_TYPE_USER_CREATED;
      case USER_UPDATED -> dev.doorward.v1.EventType.EVENT_TYPE_USER_UPDATED;
      case USER_DISABLED -> dev.doorward.v1.EventType.EVENT_TYPE_USER_DISABLED;
      case USER_ENABLED -> dev.doorward.v1.EventType.EVENT_TYPE_USER_ENABLED;
      case USER_DELETED -> dev.doorward.v1.EventType.EVENT_TYPE_USER_DELETED;
      case SESSION_CREATED -> dev.doorward.v1.EventType.EVENT_TYPE_SESSION_CREATED;
      case SESSION_REISSUED -> dev.doorward.v1.EventType.EVENT_TYPE_SESSION_REISSUED;
      case SESSION_UPDATED -> dev.doorward.v1.EventType.EVENT_TYPE_SESSION_UPDATED;
      case SESSION_REVOKED -> dev.doorward.v1.EventType.EVENT_TYPE_SESSION_REVOKED;
      case USER_SESSIONS_REVOKED -> dev.doorward.v1.EventType.EVENT_TYPE_USER_SESSIONS_REVOKED;
      case ACCOUNT_LINKED -> dev.doorward.v1.EventType.EVENT_TYPE_ACCOUNT_LINKED;
      case ACCOUNT_UPDATED -> dev.doorward.v1.EventType.EVENT_TYPE_ACCOUNT_UPDATED;
      case ACCOUNT_UNLINKED -> dev.doorward.v1.EventType.EVENT_TYPE_ACCOUNT_UNLINKED;
      case PASSWORD_SET -> dev.doorward.v1.EventType.EVENT_TYPE_PASSWORD_SET;
      case PASSWORD_CHANGED -> dev.doorward.v1.EventType.EVENT_TYPE_PASSWORD_CHANGED;
      case PASSWORD_LOCKED -> dev.doorward.v1.EventType.EVENT_TYPE_PASSWORD_LOCKED;
      case CALLER_KEY_CREATED -> dev.doorward.v1.EventType.EVENT_TYPE_CALLER_KEY_CREATED;
      case CALLER_KEY_REISSUED -> dev.doorward.v1.EventType.EVENT_TYPE_CALLER_KEY_REISSUED;
      case CALLER_KEY_REVOKED -> dev.doorward.v1.EventType.EVENT_TYPE_CALLER_KEY_REVOKED;
      case CALLER_CHANGED -> dev.doorward.v1.EventType.EVENT_TYPE_CALLER_CHANGED;
      case VERIFICATION_CREATED -> dev.doorward.v1.EventType.EVENT_TYPE_VERIFICATION_CREATED;
      case VERIFICATION_CONSUMED -> dev.doorward.v1.EventType.EVENT_TYPE_VERIFICATION_CONSUMED;
      case PASSWORD_RESET_REQUESTED ->
        dev.doorward.v1.EventType.EVENT_TYPE_PASSWORD_RESET_REQUESTED;
      case PASSWORD_RESET -> dev.doorward.v1.EventType.EVENT_TYPE_PASSWORD_RESET;
      case EMAIL_VERIFIED -> dev.doorward.v1.EventType.EVENT_TYPE_EMAIL_VERIFIED;
      case EMAIL_VERIFICATION_REQUESTED ->
        dev.doorward.v1.EventType.EVENT_TYPE_EMAIL_VERIFICATION_REQUESTED;
      case EMAIL_CHANGE_REQUESTED -> dev.doorward.v1.EventType.EVENT_TYPE_EMAIL_CHANGE_REQUESTED;
      case EMAIL_CHANGED -> dev.doorward.v1.EventType.EVENT_TYPE_EMAIL_CHANGED;
      case FORMER_ACCOUNTS_REMOVED -> dev.doorward.v1.EventType.EVENT_TYPE_FORMER_ACCOUNTS_REMOVED;
    };
  }
}
