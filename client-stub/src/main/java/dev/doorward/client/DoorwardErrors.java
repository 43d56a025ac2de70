package dev.doorward.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.doorward.v1.ErrorReason;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads why a call was refused. */
public final class DoorwardErrors {

  private static final String DOMAIN = "doorward.dev";
  private static final String PREFIX = "ERROR_REASON_";

  private DoorwardErrors() {}

  /**
   * Makes a call, and turns a refusal into an exception that says what Doorward says.
   *
   * <pre>{@code
   * try {
   *   return calling(() -> doorward.passwords().signIn(request)).getSession();
   * } catch (DoorwardException e) {
   *   return switch (e.reason()) {
   *     case ERROR_REASON_INVALID_CREDENTIALS -> tryAgain();
   *     case ERROR_REASON_TOO_MANY_ATTEMPTS -> waitFor(e.retryAfter());
   *     default -> throw e;
   *   };
   * }
   * }</pre>
   *
   * @param call what calls a blocking stub
   * @param <T> what the call answers
   * @return what the call has answered
   * @throws DoorwardException if Doorward has refused
   * @throws StatusRuntimeException if Doorward has not spoken at all: see {@link #reasonOf}
   */
  public static <T> T calling(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      throw refusalOf(e).<RuntimeException>map(refusal -> refusal).orElse(e);
    }
  }

  /**
   * All that Doorward says about a refusal.
   *
   * @param thrown as for {@link #reasonOf}
   * @return the refusal, with {@code thrown} as its cause; empty if Doorward has not spoken at all
   */
  public static Optional<DoorwardException> refusalOf(Throwable thrown) {
    return status(thrown)
        .flatMap(status -> reason(status)
            .map(reason -> new DoorwardException(
                reason,
                io.grpc.Status.fromCodeValue(status.getCode()).getCode(),
                status.getMessage(),
                fieldViolations(status),
                retryAfter(status),
                thrown)));
  }

  /**
   * The reason that Doorward gives for a refusal.
   *
   * <pre>{@code
   * try {
   *   return doorward.sessions().validateSession(request).getUser();
   * } catch (StatusRuntimeException e) {
   *   if (DoorwardErrors.reasonOf(e).equals(Optional.of(ErrorReason.ERROR_REASON_SESSION_NOT_FOUND))) {
   *     return nobody();
   *   }
   *   throw e;
   * }
   * }</pre>
   *
   * @param thrown what a stub threw or a future failed with: a {@link io.grpc.StatusRuntimeException} or {@link
   *     io.grpc.StatusException}, or anything that has one among its causes
   * @return the reason; {@link ErrorReason#UNRECOGNIZED} if the server is newer than this library and gives one that the
   *     library does not know yet; empty if Doorward has not spoken at all, because it can't be reached, because the
   *     call's time was over first, or because something else has answered in its place
   */
  public static Optional<ErrorReason> reasonOf(Throwable thrown) {
    return status(thrown).flatMap(DoorwardErrors::reason);
  }

  private static Optional<Status> status(Throwable thrown) {
    try {
      return Optional.ofNullable(StatusProto.fromThrowable(thrown));
    } catch (IllegalArgumentException e) {
      // A proxy has replaced the status and left the details, or broken them.
      return Optional.empty();
    }
  }

  private static Optional<ErrorReason> reason(Status status) {
    return details(status, ErrorInfo.class).stream()
        .filter(info -> info.getDomain().equals(DOMAIN))
        .findFirst()
        .map(info -> reason(info.getReason()));
  }

  private static List<FieldViolation> fieldViolations(Status status) {
    return details(status, BadRequest.class).stream()
        .flatMap(wrong -> wrong.getFieldViolationsList().stream())
        .toList();
  }

  private static Optional<Duration> retryAfter(Status status) {
    return details(status, RetryInfo.class).stream()
        .map(RetryInfo::getRetryDelay)
        .filter(delay -> delay.getSeconds() >= 0 && delay.getNanos() >= 0)
        .map(delay -> Duration.ofSeconds(delay.getSeconds()).plusNanos(delay.getNanos()))
        .findFirst();
  }

  private static <M extends Message> List<M> details(Status status, Class<M> type) {
    return status.getDetailsList().stream()
        .filter(detail -> detail.is(type))
        .flatMap(detail -> unpacked(detail, type).stream())
        .toList();
  }

  private static <M extends Message> Optional<M> unpacked(Any detail, Class<M> type) {
    try {
      return Optional.of(detail.unpack(type));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static ErrorReason reason(String name) {
    try {
      return ErrorReason.valueOf(PREFIX + name);
    } catch (IllegalArgumentException e) {
      return ErrorReason.UNRECOGNIZED;
    }
  }
}
