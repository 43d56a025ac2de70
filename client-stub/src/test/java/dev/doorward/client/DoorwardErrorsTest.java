package dev.doorward.client;

import static dev.doorward.client.DoorwardErrors.calling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateUserRequest;
import dev.doorward.v1.ErrorReason;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(DoorwardExtension.class)
class DoorwardErrorsTest {

  private final TestServer server;
  private final DoorwardClient client;

  DoorwardErrorsTest(TestServer server) {
    this.server = server;
    this.client = DoorwardClient.builder("localhost:" + server.port())
        .plaintext()
        .key(server.key())
        .build();
  }

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void aRefusalHasItsReason() {
    Throwable thrown = catchThrowable(() -> client
        .sessions()
        .validateSession(
            ValidateSessionRequest.newBuilder().setSessionToken("unknown").build()));

    assertThat(DoorwardErrors.reasonOf(thrown))
        .contains(ErrorReason.ERROR_REASON_SESSION_NOT_FOUND);
  }

  @Test
  void whatACallAnswersIsHandedOn() {
    String email = Given.freeEmail();
    CreateUserRequest request = CreateUserRequest.newBuilder()
        .setUser(User.newBuilder().setEmail(email))
        .build();

    assertThat(calling(() -> client.users().createUser(request)).getUser().getEmail())
        .isEqualTo(email);
  }

  @Test
  void aRefusalNamesTheFieldsThatAreWrong() {
    SignUpRequest request =
        SignUpRequest.newBuilder().setEmail("nobody").setPassword("short").build();

    assertThatExceptionOfType(DoorwardException.class)
        .isThrownBy(() -> calling(() -> client.passwords().signUp(request)))
        .satisfies(refusal -> {
          assertThat(refusal.reason()).isEqualTo(ErrorReason.ERROR_REASON_FIELD_INVALID);
          assertThat(refusal.code()).isEqualTo(io.grpc.Status.Code.INVALID_ARGUMENT);
          assertThat(refusal.fieldViolations())
              .extracting(FieldViolation::getField)
              .containsExactly("email", "password");
          assertThat(refusal.retryAfter()).isEmpty();
          assertThat(refusal).hasCauseInstanceOf(StatusRuntimeException.class);
        });
  }

  @Test
  void aRefusalSaysHowLongToWait() {
    SignUpResponse somebody = server.given().signedUp();
    SignInRequest guess = SignInRequest.newBuilder()
        .setEmail(somebody.getUser().getEmail())
        .setPassword("a wrong one")
        .build();

    DoorwardException refusal = Stream.generate(() -> catchThrowableOfType(
            DoorwardException.class, () -> calling(() -> client.passwords().signIn(guess))))
        .limit(100)
        .filter(each -> each.reason() != ErrorReason.ERROR_REASON_INVALID_CREDENTIALS)
        .findFirst()
        .orElseThrow();

    assertThat(refusal.reason()).isEqualTo(ErrorReason.ERROR_REASON_TOO_MANY_ATTEMPTS);
    assertThat(refusal.retryAfter()).hasValueSatisfying(wait -> assertThat(wait).isPositive());
  }

  @Test
  void aWaitThatIsNoneIsLetGo() {
    Any wait = Any.pack(RetryInfo.newBuilder()
        .setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(-1))
        .build());
    StatusRuntimeException thrown = StatusProto.toStatusRuntimeException(
        status(info("doorward.dev", "OVERLOADED")).toBuilder().addDetails(wait).build());

    assertThat(DoorwardErrors.refusalOf(thrown))
        .hasValueSatisfying(refusal -> assertThat(refusal.retryAfter()).isEmpty());
  }

  @Test
  void whatIsNoRefusalIsThrownAsItIs() {
    IllegalStateException other = new IllegalStateException("not of gRPC");
    StatusRuntimeException silent = io.grpc.Status.UNAVAILABLE.asRuntimeException();

    assertThatThrownBy(() -> calling(() -> {
          throw other;
        }))
        .isSameAs(other);
    assertThatThrownBy(() -> calling(() -> {
          throw silent;
        }))
        .isSameAs(silent);
  }

  @Test
  void aRefusalByAFutureHasItsReason() {
    Future<?> future = client
        .usersAsync()
        .getUser(GetUserRequest.newBuilder().setUserId("nobody").build());

    Throwable thrown = catchThrowable(future::get);

    assertThat(thrown).isInstanceOf(ExecutionException.class);
    assertThat(DoorwardErrors.reasonOf(thrown)).contains(ErrorReason.ERROR_REASON_USER_NOT_FOUND);
  }

  @ParameterizedTest
  @EnumSource
  void everyReasonOfTheServerIsKnown(Reason reason) {
    assertThat(DoorwardErrors.reasonOf(refusal("doorward.dev", reason.name())))
        .contains(ErrorReason.valueOf("ERROR_REASON_" + reason));
  }

  @Test
  void aReasonThatIsNewerThanThisLibraryIsUnrecognized() {
    assertThat(DoorwardErrors.reasonOf(refusal("doorward.dev", "MOON_IN_THE_WRONG_PHASE")))
        .contains(ErrorReason.UNRECOGNIZED);
  }

  @Test
  void theReasonOfAnotherServiceIsNotDoorwards() {
    assertThat(DoorwardErrors.reasonOf(refusal("example.com", "USER_NOT_FOUND")))
        .isEmpty();
  }

  @Test
  void whatIsNotOfGrpcHasNoReason() {
    assertThat(DoorwardErrors.reasonOf(new IllegalStateException("USER_NOT_FOUND")))
        .isEmpty();
  }

  @Test
  void aServerThatCantBeReachedGivesNoReason() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (DoorwardClient nowhere = DoorwardClient.connectPlaintext("localhost:" + port)) {
      Throwable thrown = catchThrowable(() ->
          nowhere.users().getUser(GetUserRequest.newBuilder().setUserId("any").build()));

      assertThat(thrown).isInstanceOf(StatusRuntimeException.class);
      assertThat(DoorwardErrors.reasonOf(thrown)).isEmpty();
    }
  }

  @Test
  void detailsOfAnotherStatusAreNotBelieved() {
    StatusRuntimeException refusal = refusal("doorward.dev", "USER_NOT_FOUND");
    StatusRuntimeException replaced =
        io.grpc.Status.UNAVAILABLE.asRuntimeException(refusal.getTrailers());

    assertThat(DoorwardErrors.reasonOf(replaced)).isEmpty();
  }

  @Test
  void brokenDetailsGiveNoReason() {
    Metadata trailers = new Metadata();
    trailers.put(
        Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER),
        new byte[] {1, 2, 3});

    assertThat(DoorwardErrors.reasonOf(io.grpc.Status.NOT_FOUND.asRuntimeException(trailers)))
        .isEmpty();
    assertThat(DoorwardErrors.reasonOf(StatusProto.toStatusRuntimeException(
            status(Any.pack(ErrorInfo.getDefaultInstance()).toBuilder()
                .setValue(ByteString.copyFromUtf8("?"))
                .build()))))
        .isEqualTo(Optional.empty());
  }

  private static StatusRuntimeException refusal(String domain, String reason) {
    return StatusProto.toStatusRuntimeException(status(info(domain, reason)));
  }

  private static Any info(String domain, String reason) {
    return Any.pack(ErrorInfo.newBuilder().setDomain(domain).setReason(reason).build());
  }

  private static Status status(Any detail) {
    return Status.newBuilder()
        .setCode(io.grpc.Status.Code.NOT_FOUND.value())
        .addDetails(detail)
        .build();
  }
}
