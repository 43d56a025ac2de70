package dev.doorward.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where what went wrong becomes what a caller sees (AIP-193). */
final class Errors {

  private static final Logger log = LoggerFactory.getLogger(Errors.class);

  static final String DOMAIN = "doorward.dev";

  /** A client of gRPC takes no more than 8 KiB of metadata, in which this stands in base 64 beside the message. */
  private static final int MAX_VIOLATION_BYTES = 3 << 10;

  /** gRFC A6: milliseconds until a client may try again by itself; below zero, it may not. */
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private static final Map<Reason, LongAdder> COUNTS = counts();

  private Errors() {}

  /** How often each reason was given, by all servers of this JVM together. */
  static Map<String, LongSupplier> given() {
    return COUNTS.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(
            entry -> entry.getKey().name(), entry -> entry.getValue()::sum));
  }

  private static Map<Reason, LongAdder> counts() {
    Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);
    for (Reason reason : Reason.values()) {
      counts.put(reason, new LongAdder());
    }
    return counts;
  }

  static StatusRuntimeException toStatus(Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
    if (cause instanceof Refusal refusal) {
      return toStatus(refusal);
    }
    if (cause instanceof StatusRuntimeException status) {
      return status;
    }
    return internal(cause);
  }

  private static StatusRuntimeException toStatus(Refusal refusal) {
    COUNTS.get(refusal.reason()).increment();
    com.google.rpc.Status.Builder status = com.google.rpc.Status.newBuilder()
        .setCode(code(refusal.reason()).value())
        .setMessage(refusal.getMessage())
        .addDetails(
            Any.pack(info(refusal.reason()).putAllMetadata(refusal.metadata()).build()));
    if (!refusal.violations().isEmpty()) {
      status.addDetails(Any.pack(badRequest(refusal.violations())));
    }
    refusal
        .retryAfter()
        .ifPresent(after -> status.addDetails(Any.pack(RetryInfo.newBuilder()
            .setRetryDelay(
                Duration.newBuilder().setSeconds(after.getSeconds()).setNanos(after.getNano()))
            .build())));
    return StatusProto.toStatusRuntimeException(status.build(), trailers(refusal));
  }

  /** As many violations as fit, and one in any case. */
  private static BadRequest badRequest(List<Refusal.Violation> violations) {
    BadRequest.Builder badRequest = BadRequest.newBuilder();
    int bytes = 0;
    for (Refusal.Violation violation : violations) {
      BadRequest.FieldViolation message = BadRequest.FieldViolation.newBuilder()
          .setField(violation.field())
          .setDescription(violation.description())
          .setReason(violation.reason().map(Reason::name).orElse(""))
          .build();
      bytes += message.getSerializedSize();
      if (bytes > MAX_VIOLATION_BYTES && badRequest.getFieldViolationsCount() > 0) {
        break;
      }
      badRequest.addFieldViolations(message);
    }
    return badRequest.build();
  }

  /** Tells a client that retries by itself when to, which is never if a person has to think again. */
  private static Metadata trailers(Refusal refusal) {
    Metadata trailers = new Metadata();
    if (code(refusal.reason()) == Status.Code.RESOURCE_EXHAUSTED) {
      boolean never = refusal.reason() == Reason.TOO_MANY_ATTEMPTS
          || refusal.reason() == Reason.TOO_MANY_VERIFICATIONS;
      refusal
          .retryAfter()
          .ifPresent(after ->
              trailers.put(PUSHBACK, never ? "-1" : Long.toString(Math.max(1, after.toMillis()))));
    }
    return trailers;
  }

  /** A fault of ours: the caller gets a number, the log gets all the rest. */
  private static StatusRuntimeException internal(Throwable cause) {
    String incident = UUID.randomUUID().toString();
    log.error("incident {}", incident, cause);
    COUNTS.get(Reason.INTERNAL).increment();
    return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
        .setCode(Status.Code.INTERNAL.value())
        .setMessage("a fault of the server's own; its log has incident " + incident)
        .addDetails(
            Any.pack(info(Reason.INTERNAL).putMetadata("incident", incident).build()))
        .build());
  }

  private static ErrorInfo.Builder info(Reason reason) {
    return ErrorInfo.newBuilder().setReason(reason.name()).setDomain(DOMAIN);
  }

  static Status.Code code(Reason reason) {
    return switch (reason) {
      case FIELD_INVALID,
          PAGE_TOKEN_INVALID,
          INVALID_CREDENTIALS,
          PASSWORD_BREACHED,
          ID_TOKEN_INVALID -> Status.Code.INVALID_ARGUMENT;
      case USER_NOT_FOUND,
          SESSION_NOT_FOUND,
          ACCOUNT_NOT_FOUND,
          CALLER_KEY_NOT_FOUND,
          VERIFICATION_NOT_FOUND -> Status.Code.NOT_FOUND;
      case EMAIL_TAKEN,
          ID_TAKEN,
          ACCOUNT_ALREADY_LINKED,
          ACCOUNT_LINKED_TO_ANOTHER_USER,
          REQUEST_ID_REUSED -> Status.Code.ALREADY_EXISTS;
      case USER_DISABLED,
          LAST_SIGN_IN_METHOD,
          ACCOUNT_LINKING_DISABLED,
          PROVIDER_EMAIL_UNVERIFIED,
          LOCAL_EMAIL_UNVERIFIED,
          TOO_MANY_CALLER_KEYS,
          PASSWORD_RESET_REQUIRED,
          TOKEN_KEY_MISSING,
          TOKEN_UNREADABLE -> Status.Code.FAILED_PRECONDITION;
      case ETAG_MISMATCH, CONFLICT, READER_TOO_SLOW -> Status.Code.ABORTED;
      case HASHING_OVERLOADED,
          TOO_MANY_ATTEMPTS,
          OVERLOADED,
          RATE_LIMITED,
          TOO_MANY_VERIFICATIONS -> Status.Code.RESOURCE_EXHAUSTED;
      case DATABASE_UNAVAILABLE, OUTCOME_UNKNOWN, SHUTTING_DOWN, PROVIDER_UNAVAILABLE ->
        Status.Code.UNAVAILABLE;
      case DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
      case CANCELLED -> Status.Code.CANCELLED;
      case CURSOR_EXPIRED -> Status.Code.OUT_OF_RANGE;
      case INTERNAL -> Status.Code.INTERNAL;
      case CALLER_UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
      case ROLE_REQUIRED -> Status.Code.PERMISSION_DENIED;
    };
  }
}
