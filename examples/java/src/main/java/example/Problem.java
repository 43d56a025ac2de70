package example;

import com.google.rpc.BadRequest.FieldViolation;
import dev.doorward.client.DoorwardErrors;
import dev.doorward.client.DoorwardException;
import dev.doorward.v1.ErrorReason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A request that can't be answered as it was meant, and how to say so over HTTP. */
final class Problem extends RuntimeException {

  private static final long serialVersionUID = 1;
  private static final String PREFIX = "ERROR_REASON_";
  private static final System.Logger LOG = System.getLogger(Problem.class.getName());

  private final transient Answer answer;

  private Problem(Answer answer) {
    super(null, null, false, false);
    this.answer = answer;
  }

  Answer answer() {
    return answer;
  }

  static Problem of(int status, String reason, String message) {
    return new Problem(Answer.of(status, Map.of("reason", reason, "message", message)));
  }

  /** RFC 6750, 3. */
  static Problem noToken() {
    return new Problem(of(401, "TOKEN_MISSING", "Authorization: Bearer TOKEN is missing").answer
        .with("WWW-Authenticate", "Bearer"));
  }

  /** RFC 6750, 3.1. */
  static Problem noSession() {
    return new Problem(of(401, "SESSION_NOT_FOUND", "there is no such session").answer
        .with("WWW-Authenticate", "Bearer error=\"invalid_token\""));
  }

  static Problem unavailable() {
    return new Problem(of(503, "UNAVAILABLE", "this can't be told or done just now").answer
        .with("Retry-After", "1"));
  }

  /** Of a call to Doorward that has failed. */
  static Problem of(StatusRuntimeException failed) {
    Status.Code code = failed.getStatus().getCode();
    if (code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED) {
      return unavailable();
    }
    return DoorwardErrors.refusalOf(failed)
        .map(refusal -> refusal.reason() == ErrorReason.ERROR_REASON_SESSION_NOT_FOUND
            ? noSession()
            : of(refusal))
        .orElseGet(() -> notUnderstood(failed));
  }

  private static Problem notUnderstood(StatusRuntimeException failed) {
    LOG.log(System.Logger.Level.WARNING, "Doorward cannot be understood: {0}", failed.getStatus());
    return of(502, "UNEXPECTED", "Doorward can't be understood");
  }

  private static Problem of(DoorwardException refusal) {
    Map<String, Object> body = new HashMap<>();
    body.put("reason", name(refusal.reason()));
    body.put("message", refusal.getMessage());
    int status = status(refusal.reason());
    if (!refusal.fieldViolations().isEmpty()) {
      body.put("fields", fields(refusal));
    }
    Answer answer = Answer.of(status, body);
    return new Problem(
        status == 429
            ? answer.with("Retry-After", seconds(refusal.retryAfter().orElse(Duration.ZERO)))
            : answer);
  }

  private static int status(ErrorReason reason) {
    return switch (reason) {
      case ERROR_REASON_FIELD_INVALID -> 400;
      case ERROR_REASON_INVALID_CREDENTIALS -> 401;
      case ERROR_REASON_USER_DISABLED, ERROR_REASON_PASSWORD_RESET_REQUIRED -> 403;
      case ERROR_REASON_EMAIL_TAKEN -> 409;
      case ERROR_REASON_TOO_MANY_ATTEMPTS,
          ERROR_REASON_RATE_LIMITED,
          ERROR_REASON_OVERLOADED,
          ERROR_REASON_HASHING_OVERLOADED -> 429;
      default -> 502;
    };
  }

  private static List<String> fields(DoorwardException refusal) {
    return refusal.fieldViolations().stream().map(FieldViolation::getField).toList();
  }

  private static String name(ErrorReason reason) {
    return reason == ErrorReason.UNRECOGNIZED
        ? "UNEXPECTED"
        : reason.name().substring(PREFIX.length());
  }

  /** Whole ones, rounded up. */
  private static String seconds(Duration wait) {
    return Long.toString(Math.max(1, wait.plusNanos(999_999_999).getSeconds()));
  }
}
