package dev.doorward.remote;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Optional;

/**
 * Why a stream has ended before its time.
 *
 * @param reason of the server, or gRPC's code if it was not the server that ended it; empty if it is this side's own
 * @param passing whether another stream may get further
 * @param retryAfter what the server asks to wait; zero if it does not
 */
record Failure(String reason, String message, boolean passing, Duration retryAfter) {

  private static final int EXIT_REFUSED = 1;
  private static final int EXIT_UNAVAILABLE = 69; // EX_UNAVAILABLE of sysexits.h

  static Failure of(Throwable thrown) {
    Status status = Status.fromThrowable(thrown);
    com.google.rpc.Status details = StatusProto.fromThrowable(thrown);
    Optional<ErrorInfo> info = detail(details, ErrorInfo.class);
    Duration retryAfter = detail(details, RetryInfo.class)
        .map(RetryInfo::getRetryDelay)
        .map(delay -> Duration.ofSeconds(delay.getSeconds(), delay.getNanos()))
        .orElse(Duration.ZERO);
    return new Failure(
        info.map(ErrorInfo::getReason).orElse(status.getCode().name()),
        Shown.of(info.isPresent() ? details.getMessage() : messageOf(status)),
        isPassing(status.getCode(), info.isPresent()),
        retryAfter);
  }

  /** What no other stream helps. */
  static Failure here(String message) {
    return new Failure("", message, false, Duration.ZERO);
  }

  int exit() {
    return passing ? EXIT_UNAVAILABLE : EXIT_REFUSED;
  }

  /** @param target where the server is, or should be */
  String toLine(String target) {
    String line = reason.isEmpty() ? message : reason + ": " + message;
    return passing
        ? "no answer from " + target + " in " + Attempts.MOST + " attempts: " + line
        : line;
  }

  private static boolean isPassing(Status.Code code, boolean fromServer) {
    return switch (code) {
      case UNAVAILABLE, ABORTED, DEADLINE_EXCEEDED, CANCELLED -> true;
      // Without a reason it is a message that is too large.
      case RESOURCE_EXHAUSTED -> fromServer;
      // Without a reason the fault is of the connection, or of something on the way.
      case INTERNAL, UNKNOWN -> !fromServer;
      case OK,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          DATA_LOSS,
          UNAUTHENTICATED -> false;
    };
  }

  /** What the network says lies deepest; gRPC's own description goes on with how its channel was set up. */
  private static String messageOf(Status status) {
    String description = Optional.ofNullable(status.getDescription())
        .flatMap(text -> text.lines().findFirst())
        .orElse("the stream has ended");
    Throwable deepest = status.getCause();
    while (deepest != null && deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest == null
            || deepest.getMessage() == null
            || description.contains(deepest.getMessage())
        ? description
        : description + ": " + deepest.getMessage();
  }

  private static <D extends Message> Optional<D> detail(
      com.google.rpc.Status status, Class<D> type) {
    if (status == null) {
      return Optional.empty();
    }
    for (Any any : status.getDetailsList()) {
      if (any.is(type)) {
        try {
          return Optional.of(any.unpack(type));
        } catch (InvalidProtocolBufferException e) {
          return Optional.empty(); // Then the code alone has to do.
        }
      }
    }
    return Optional.empty();
  }
}
