package example;

import com.google.rpc.BadRequest.FieldViolation;
import dev.doorward.client.DoorwardErrors;
import dev.doorward.client.DoorwardException;
import dev.doorward.v1.ErrorReason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import tools.jackson.databind.json.JsonMapper;

/** How the service says that a request can't be answered as it was meant. */
@RestControllerAdvice
class Problems {

  private static final String PREFIX = "ERROR_REASON_";
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private final JsonMapper json;

  Problems(JsonMapper json) {
    this.json = json;
  }

  /** A request that is not what was asked for. */
  static final class BodyException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String reason;

    BodyException(int status, String reason, String message) {
      super(message);
      this.status = status;
      this.reason = reason;
    }
  }

  @ExceptionHandler
  ResponseEntity<Map<String, Object>> body(BodyException wrong) {
    return problem(wrong.status, wrong.reason, wrong.getMessage()).build();
  }

  /** Of a call to Doorward that has failed. */
  @ExceptionHandler
  ResponseEntity<Map<String, Object>> failed(StatusRuntimeException failed) {
    Status.Code code = failed.getStatus().getCode();
    if (code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED) {
      return unavailable();
    }
    return DoorwardErrors.refusalOf(failed)
        .map(refusal -> refusal.reason() == ErrorReason.ERROR_REASON_SESSION_NOT_FOUND
            ? noSession()
            : refused(refusal))
        .orElseGet(() -> notUnderstood(failed));
  }

  private static ResponseEntity<Map<String, Object>> notUnderstood(StatusRuntimeException failed) {
    LOG.warn("Doorward can't be understood: {}", failed.getStatus());
    return problem(502, "UNEXPECTED", "Doorward can't be understood").build();
  }

  /** RFC 6750, 3. */
  static ResponseEntity<Map<String, Object>> noToken() {
    return problem(401, "TOKEN_MISSING", "Authorization: Bearer TOKEN is missing")
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
        .build();
  }

  /** RFC 6750, 3.1. */
  static ResponseEntity<Map<String, Object>> noSession() {
    return problem(401, "SESSION_NOT_FOUND", "there is no such session")
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
        .build();
  }

  static ResponseEntity<Map<String, Object>> unavailable() {
    return problem(503, "UNAVAILABLE", "this can't be told or done just now")
        .header(HttpHeaders.RETRY_AFTER, "1")
        .build();
  }

  /** Where no controller is reached. */
  void send(ResponseEntity<Map<String, Object>> problem, HttpServletResponse response)
      throws IOException {
    response.setStatus(problem.getStatusCode().value());
    problem.getHeaders().forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    json.writeValue(response.getOutputStream(), problem.getBody());
  }

  private static ResponseEntity<Map<String, Object>> refused(DoorwardException refusal) {
    HttpStatus status = status(refusal.reason());
    Problem problem = problem(status.value(), name(refusal.reason()), refusal.getMessage());
    if (!refusal.fieldViolations().isEmpty()) {
      problem.body.put(
          "fields", refusal.fieldViolations().stream().map(FieldViolation::getField).toList());
    }
    return status == HttpStatus.TOO_MANY_REQUESTS
        ? problem
            .header(HttpHeaders.RETRY_AFTER, seconds(refusal.retryAfter().orElse(Duration.ZERO)))
            .build()
        : problem.build();
  }

  private static HttpStatus status(ErrorReason reason) {
    return switch (reason) {
      case ERROR_REASON_FIELD_INVALID -> HttpStatus.BAD_REQUEST;
      case ERROR_REASON_INVALID_CREDENTIALS -> HttpStatus.UNAUTHORIZED;
      case ERROR_REASON_USER_DISABLED, ERROR_REASON_PASSWORD_RESET_REQUIRED -> HttpStatus.FORBIDDEN;
      case ERROR_REASON_EMAIL_TAKEN -> HttpStatus.CONFLICT;
      case ERROR_REASON_TOO_MANY_ATTEMPTS,
          ERROR_REASON_RATE_LIMITED,
          ERROR_REASON_OVERLOADED,
          ERROR_REASON_HASHING_OVERLOADED -> HttpStatus.TOO_MANY_REQUESTS;
      default -> HttpStatus.BAD_GATEWAY;
    };
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

  private static Problem problem(int status, String reason, String message) {
    Problem problem = new Problem(status, new HashMap<>(), new HttpHeaders());
    problem.body.put("reason", reason);
    problem.body.put("message", message);
    return problem;
  }

  private record Problem(int status, Map<String, Object> body, HttpHeaders headers) {

    Problem header(String name, String value) {
      headers.set(name, value);
      return this;
    }

    ResponseEntity<Map<String, Object>> build() {
      return ResponseEntity.status(status).headers(headers).body(body);
    }
  }
}
