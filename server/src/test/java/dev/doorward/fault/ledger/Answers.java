package dev.doorward.fault.ledger;

import com.google.rpc.ErrorInfo;
import dev.doorward.error.Reason;
import dev.doorward.testing.Refusals;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What a client may conclude from a status that is not OK. */
final class Answers {

  enum Meaning {
    /** It may have happened, or may still. */
    UNKNOWN,
    /** It has not happened and will not; the same may be asked again. */
    NOT_NOW,
    /** It has not happened, for what was asked for cannot be. */
    NEVER,
    /** No client is to see this. */
    WRONG
  }

  private static final Set<Reason> UNKNOWN =
      EnumSet.of(Reason.OUTCOME_UNKNOWN, Reason.DEADLINE_EXCEEDED, Reason.CANCELLED);

  private static final Set<Reason> NOT_NOW = EnumSet.of(
      Reason.DATABASE_UNAVAILABLE,
      Reason.OVERLOADED,
      Reason.RATE_LIMITED,
      Reason.HASHING_OVERLOADED,
      Reason.SHUTTING_DOWN,
      Reason.CONFLICT);

  private static final Set<Reason> WRONG =
      EnumSet.of(Reason.INTERNAL, Reason.CALLER_UNAUTHENTICATED, Reason.ROLE_REQUIRED);

  /** Of gRPC itself, when the connection or the time has come to an end; or there were too many resets on it. */
  private static final Set<Status.Code> UNANSWERED = EnumSet.of(
      Status.Code.UNAVAILABLE,
      Status.Code.DEADLINE_EXCEEDED,
      Status.Code.CANCELLED,
      Status.Code.RESOURCE_EXHAUSTED);

  private Answers() {}

  static Meaning meaning(StatusRuntimeException status) {
    Optional<Reason> reason = reason(status);
    if (reason.isEmpty()) {
      return UNANSWERED.contains(status.getStatus().getCode()) ? Meaning.UNKNOWN : Meaning.WRONG;
    }
    if (UNKNOWN.contains(reason.get())) {
      return Meaning.UNKNOWN;
    }
    if (NOT_NOW.contains(reason.get())) {
      return Meaning.NOT_NOW;
    }
    return WRONG.contains(reason.get()) ? Meaning.WRONG : Meaning.NEVER;
  }

  static Optional<Reason> reason(StatusRuntimeException status) {
    return Refusals.detail(status, ErrorInfo.class).map(info -> Reason.valueOf(info.getReason()));
  }
}
