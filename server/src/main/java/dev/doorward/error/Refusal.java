package dev.doorward.error;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A call that is turned down, for a {@link Reason} that its caller can act on. */
public final class Refusal extends RuntimeException {

  /**
   * A field that is not what its comment asks for. The description never repeats a secret.
   *
   * @param reason what a program can tell it from others by, if there is a need to
   */
  public record Violation(String field, String description, Optional<Reason> reason) {
    public Violation(String field, String description) {
      this(field, description, Optional.empty());
    }
  }

  private final Reason reason;
  private final List<Violation> violations;
  private final Optional<Duration> retryAfter;
  private final Map<String, String> metadata;

  private Refusal(
      Reason reason,
      String message,
      List<Violation> violations,
      Optional<Duration> retryAfter,
      Map<String, String> metadata,
      Throwable cause) {
    // Without a stack trace: a refusal is an answer, and common.
    super(message, cause, false, false);
    this.reason = reason;
    this.violations = List.copyOf(violations);
    this.retryAfter = retryAfter;
    this.metadata = Map.copyOf(metadata);
  }

  public static Refusal because(Reason reason, String message) {
    return because(reason, message, Map.of());
  }

  /** @param metadata what the reason's comment says that it names */
  public static Refusal because(Reason reason, String message, Map<String, String> metadata) {
    return new Refusal(reason, message, List.of(), Optional.empty(), metadata, null);
  }

  /** Turned down for now: the same call may succeed after that time. */
  public static Refusal forNow(
      Reason reason, String message, Duration retryAfter, Throwable cause) {
    return new Refusal(reason, message, List.of(), Optional.of(retryAfter), Map.of(), cause);
  }

  /** Turned down until a wait is over, in whole seconds, so that the answer has one size. */
  public static Refusal forMicros(Reason reason, String message, long waitMicros) {
    Duration wait = Duration.of(Math.max(1, waitMicros), ChronoUnit.MICROS)
        .plusSeconds(1)
        .minusNanos(1)
        .truncatedTo(ChronoUnit.SECONDS);
    return forNow(reason, message, wait, null);
  }

  public static Refusal invalid(List<Violation> violations) {
    return invalid(Reason.FIELD_INVALID, violations);
  }

  public static Refusal invalid(Reason reason, List<Violation> violations) {
    Violation first = violations.get(0);
    String more = violations.size() == 1 ? "" : " (and " + (violations.size() - 1) + " more)";
    return new Refusal(
        reason,
        first.field() + ": " + first.description() + more,
        violations,
        Optional.empty(),
        Map.of(),
        null);
  }

  public Reason reason() {
    return reason;
  }

  public List<Violation> violations() {
    return violations;
  }

  public Optional<Duration> retryAfter() {
    return retryAfter;
  }

  /** What a program needs to know beside the reason. */
  public Map<String, String> metadata() {
    return metadata;
  }
}
