package dev.doorward.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.doorward.error.Reason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a refusal looks like to a caller. */
public final class Refusals {

  private Refusals() {}

  public static void assertRefused(Status.Code code, Reason reason, ThrowingCallable call) {
    StatusRuntimeException refusal = refusal(call);
    assertThat(refusal.getStatus().getCode()).as(refusal.getMessage()).isEqualTo(code);
    assertThat(reason(refusal)).isEqualTo(reason);
    assertHarmless(refusal);
  }

  /** Refused for these fields, all of them and no other. */
  public static void assertInvalid(ThrowingCallable call, String... fields) {
    StatusRuntimeException refusal = refusal(call);
    assertThat(refusal.getStatus().getCode())
        .as(refusal.getMessage())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(reason(refusal)).isEqualTo(Reason.FIELD_INVALID);
    assertThat(violations(refusal)).containsExactlyInAnyOrder(fields);
    assertHarmless(refusal);
  }

  public static StatusRuntimeException refusal(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(StatusRuntimeException.class);
    return (StatusRuntimeException) thrown;
  }

  public static Reason reason(StatusRuntimeException refusal) {
    ErrorInfo info = detail(refusal, ErrorInfo.class)
        .orElseThrow(() -> new AssertionError("no ErrorInfo in " + refusal.getStatus()));
    assertThat(info.getDomain()).isEqualTo("doorward.dev");
    return Reason.valueOf(info.getReason());
  }

  public static List<String> violations(StatusRuntimeException refusal) {
    return detail(refusal, BadRequest.class).orElseThrow().getFieldViolationsList().stream()
        .map(BadRequest.FieldViolation::getField)
        .toList();
  }

  public static <D extends Message> Optional<D> detail(
      StatusRuntimeException refusal, Class<D> type) {
    com.google.rpc.Status status = StatusProto.fromThrowable(refusal);
    if (status == null) {
      return Optional.empty();
    }
    for (Any any : status.getDetailsList()) {
      if (any.is(type)) {
        try {
          return Optional.of(any.unpack(type));
        } catch (InvalidProtocolBufferException e) {
          throw new AssertionError(e);
        }
      }
    }
    return Optional.empty();
  }

  /** No SQL, class name or path. */
  private static void assertHarmless(StatusRuntimeException refusal) {
    assertThat(refusal.getMessage())
        .doesNotContainPattern("(?i)\\b(select|insert|update|delete)\\b.*\\b(from|into|set)\\b")
        .doesNotContain("dev.doorward.", "java.", "org.mariadb", ".java");
  }
}
