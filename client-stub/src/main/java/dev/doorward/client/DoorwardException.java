package dev.doorward.client;

import com.google.rpc.BadRequest.FieldViolation;
import dev.doorward.v1.ErrorReason;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A refusal, with all that Doorward says about it. {@link DoorwardErrors#calling} throws it, {@link DoorwardErrors#refusalOf} makes
 * it of what a stub has thrown.
 */
public final class DoorwardException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Why. */
  private final ErrorReason reason;

  /** What kind of refusal it is. */
  private final Status.Code code;

  /** The wait, or null. */
  private final Duration retryAfter;

  private final transient List<FieldViolation> fieldViolations;

  DoorwardException(
      ErrorReason reason,
      Status.Code code,
      String message,
      List<FieldViolation> fieldViolations,
      Optional<Duration> retryAfter,
      Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.code = code;
    this.fieldViolations = List.copyOf(fieldViolations);
    this.retryAfter = retryAfter.orElse(null);
  }

  /**
   * Why the call was refused: what a program decides by.
   *
   * @return the reason; {@link ErrorReason#UNRECOGNIZED} for one that this library does not know yet
   */
  public ErrorReason reason() {
    return reason;
  }

  /**
   * The status of the call, for what treats all reasons of a kind alike.
   *
   * @return never {@code OK}
   */
  public Status.Code code() {
    return code;
  }

  /**
   * Which fields of the request were wrong, and in what way.
   *
   * @return in the order in which Doorward names them; empty for all reasons but {@code FIELD_INVALID} and {@code PAGE_TOKEN_INVALID}
   */
  public List<FieldViolation> fieldViolations() {
    return fieldViolations == null ? List.of() : fieldViolations;
  }

  /**
   * How long to wait before the call is made again ({@code google.rpc.RetryInfo}).
   *
   * @return empty if waiting does not help
   */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
