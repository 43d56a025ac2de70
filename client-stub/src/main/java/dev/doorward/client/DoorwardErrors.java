package dev.doorward.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.doorward.v1.ErrorReason;
import io.grpc.protobuf.StatusProto;
import java.util.Optional;

/** Reads why a call was refused. */
public final class DoorwardErrors {

  private static final String DOMAIN = "doorward.dev";
  private static final String PREFIX = "ERROR_REASON_";

  private DoorwardErrors() {}

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
    Status status;
    try {
      status = StatusProto.fromThrowable(thrown);
    } catch (IllegalArgumentException e) {
      return Optional
          .empty(); // A proxy has replaced the status and left the details, or broken them.
    }
    if (status == null) {
      return Optional.empty();
    }
    return status.getDetailsList().stream()
        .filter(detail -> detail.is(ErrorInfo.class))
        .flatMap(detail -> errorInfo(detail).stream())
        .filter(info -> info.getDomain().equals(DOMAIN))
        .findFirst()
        .map(info -> reason(info.getReason()));
  }

  private static Optional<ErrorInfo> errorInfo(Any detail) {
    try {
      return Optional.of(detail.unpack(ErrorInfo.class));
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
