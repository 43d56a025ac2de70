package dev.doorward.rpc;

import static dev.doorward.testing.Refusals.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest;
import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.Refusals;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.BatchValidateSessionsRequest;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.CreateCallerKeyRequest;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.CreateUserRequest;
import dev.doorward.v1.ErrorReason;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.User;
import dev.doorward.v1.UserServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a caller sends is answered by name, and leaves nothing behind. */
@ExtendWith(DoorwardExtension.class)
class BadInputTest {

  private static final List<String> TABLES =
      List.of("user", "session", "account", "verification", "event", "revocation", "idempotency");

  private final TestServer server;
  private List<Long> before;

  BadInputTest(TestServer server) {
    this.server = server;
  }

  @BeforeEach
  void countRows() {
    before = counts();
  }

  @AfterEach
  void nothingWasWritten() {
    assertThat(counts()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ada",
        "ada@@example.com",
        "ada@b@example.com",
        "\"ada\"@example.com",
        "ada@\"example\".com",
        "ada lovelace@example.com",
        "ada\u0000@example.com",
        "ada\r\nbcc:x@example.com",
        "ada@example..com",
        "ada@.example.com",
        "ada@-example.com",
        ".ada@example.com",
        "a\u200bda@example.com",
        "ada@example.com, eve@example.com",
        "<ada@example.com>",
        "ada@"
      })
  void whatIsNoPlainAddressIsRefused(String email) {
    assertInvalid(() -> create(User.newBuilder().setEmail(email).build()), "user.email");
  }

  @Test
  void textsOfAnyLengthAreRefusedByName() {
    String long256K = "x".repeat(256 << 10);

    assertInvalid(
        () -> create(User.newBuilder()
            .setEmail(long256K + "@example.com")
            .setName(long256K)
            .setImage(long256K)
            .build()),
        "user.email",
        "user.name",
        "user.image");
    assertInvalid(
        () -> create(
            User.newBuilder().setEmail(Given.freeEmail()).setName("a\u0007b").build()),
        "user.name");
  }

  @Test
  void everyWrongFieldIsNamedAtOnce() {
    assertInvalid(
        () -> server
            .passwords()
            .signUp(SignUpRequest.newBuilder()
                .setEmail("ada")
                .setPassword("short")
                .setName("x".repeat(256))
                .setRequestId("1")
                .setClientContext(ClientContext.newBuilder().setIpAddress("localhost"))
                .build()),
        "email",
        "password",
        "name",
        "request_id",
        "client_context.ip_address");
  }

  /** gRPC's clients take no more than 8 KiB of metadata, and otherwise never learn why they were refused. */
  @Test
  void aRefusalOfVeryManyFieldsFitsIntoWhatAClientTakes() {
    BatchValidateSessionsRequest empty = BatchValidateSessionsRequest.newBuilder()
        .addAllSessionTokens(Collections.nCopies(500, ""))
        .build();
    CreateCallerKeyRequest odd = CreateCallerKeyRequest.newBuilder()
        .setCallerName("\u20ac".repeat(500))
        .addAllRolesValue(Collections.nCopies(100_000, 99))
        .build();

    for (ThrowingCallable call : List.<ThrowingCallable>of(
        () -> server.sessions().batchValidateSessions(empty),
        () -> server.callers().createCallerKey(odd))) {
      Throwable thrown = catchThrowable(call);
      assertThat(Status.fromThrowable(thrown).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(Refusals.detail((StatusRuntimeException) thrown, BadRequest.class))
          .hasValueSatisfying(
              detail -> assertThat(detail.getFieldViolationsCount()).isGreaterThan(5));
    }
  }

  @Test
  void aMomentThatIsNoneIsRefused() {
    for (Timestamp moment : List.of(
        Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build(),
        Timestamp.newBuilder().setSeconds(4_000_000_000L).setNanos(-1).build(),
        Timestamp.newBuilder()
            .setSeconds(4_000_000_000L)
            .setNanos(1_000_000_000)
            .build(),
        Timestamp.newBuilder().setSeconds(-60_000_000_000L).build(),
        Timestamp.newBuilder().setSeconds(1).build())) {
      assertInvalid(
          () -> server
              .sessions()
              .createSession(CreateSessionRequest.newBuilder()
                  .setUserId("nobody")
                  .setExpires(moment)
                  .build()),
          "expires");
    }
  }

  @Test
  void aMessageThatIsTooLargeIsRefused() {
    User user = User.newBuilder().setEmail("x".repeat(2 << 20)).build();

    assertThat(codeOf(() -> create(user))).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void bytesThatAreNoMessageAreRefusedAsSuch() {
    for (byte[] garbage : new byte[][] {
      {(byte) 0xff, (byte) 0xff, (byte) 0xff},
      {0x0a, 0x7f, 0x01},
      {0x0a, 0x04, 0x0a, 0x02, (byte) 0xc3, 0x28},
    }) {
      assertThat(codeOf(() -> callRaw(garbage))).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void theReasonsAreThoseOfTheContract() {
    assertThat(Arrays.stream(Reason.values()).map(Enum::name))
        .containsExactlyInAnyOrderElementsOf(Arrays.stream(ErrorReason.values())
            .filter(reason -> reason != ErrorReason.UNRECOGNIZED
                && reason != ErrorReason.ERROR_REASON_UNSPECIFIED)
            .map(reason -> reason.name().substring("ERROR_REASON_".length()))
            .collect(Collectors.toList()));
  }

  private void create(User user) {
    server.users().createUser(CreateUserRequest.newBuilder().setUser(user).build());
  }

  private void callRaw(byte[] message) {
    MethodDescriptor<byte[], byte[]> method = UserServiceGrpc.getCreateUserMethod().toBuilder(
            new Bytes(), new Bytes())
        .build();
    ClientCalls.blockingUnaryCall(server.channel(), method, CallOptions.DEFAULT, message);
  }

  private static Status.Code codeOf(ThrowingCallable call) {
    return Status.fromThrowable(catchThrowable(call)).getCode();
  }

  private List<Long> counts() {
    return TABLES.stream().map(table -> server.rows().count(table)).toList();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] bytes) {
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
