package dev.doorward.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.doorward.testing.Await;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.BatchGetUsersRequest;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.GetUserResponse;
import dev.doorward.v1.ListAccountsRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.VerifyPasswordRequest;
import dev.doorward.v1.VerifyPasswordResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(DoorwardExtension.class)
class DoorwardClientTest {

  private final TestServer server;

  DoorwardClientTest(TestServer server) {
    this.server = server;
  }

  @Test
  void everyServiceAnswersWhoeverWaits() {
    SignUpResponse signedUp = server.given().signedUp();
    User user = signedUp.getUser();

    try (DoorwardClient client = client()) {
      assertThat(client.users().getUser(byId(user)).getUser()).isEqualTo(user);
      assertThat(client.sessions().validateSession(validationOf(signedUp)).getUser())
          .isEqualTo(user);
      assertThat(client.accounts().listAccounts(accountsOf(user)).getAccountsCount())
          .isOne();
      assertThat(client.passwords().verifyPassword(passwordOf(user)))
          .isEqualTo(VerifyPasswordResponse.getDefaultInstance());
    }
  }

  @Test
  void everyServiceAnswersByAFuture() throws Exception {
    SignUpResponse signedUp = server.given().signedUp();
    User user = signedUp.getUser();

    try (DoorwardClient client = client()) {
      assertThat(client.usersAsync().getUser(byId(user)).get().getUser()).isEqualTo(user);
      assertThat(client
              .sessionsAsync()
              .validateSession(validationOf(signedUp))
              .get()
              .getUser())
          .isEqualTo(user);
      assertThat(client.accountsAsync().listAccounts(accountsOf(user)).get().getAccountsCount())
          .isOne();
      assertThat(client.passwordsAsync().verifyPassword(passwordOf(user)).get())
          .isEqualTo(VerifyPasswordResponse.getDefaultInstance());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost:%d", "127.0.0.1:%d", "dns:///localhost:%d", "dns:///127.0.0.1:%d"})
  void plaintextReachesThisMachine(String target) {
    User user = server.given().user();

    try (DoorwardClient client = DoorwardClient.builder(target.formatted(server.port()))
        .plaintext()
        .key(server.key())
        .build()) {
      assertThat(client.users().getUser(byId(user)).getUser()).isEqualTo(user);
    }
  }

  @Test
  void plaintextIsForIPv6LoopbackToo() {
    DoorwardClient.connectPlaintext("[::1]:50051").close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "identity.example.com:50051",
        "dns:///identity.example.com:50051",
        "localhost.example.com:50051",
        "127.0.0.1.example.com:50051",
        "10.0.0.1:50051",
        "0.0.0.0:50051",
        "127.0.0.999:50051",
        "[::]:50051",
        "[2001:db8::1]:50051",
        "[::9999999999.0.0.1]:50051",
        "localhost@example.com:50051",
        "example.com@localhost:50051",
        "localhost:50051,example.com:50051",
        "localhost:50051/example.com",
        "localhost:50051?example.com",
        "localhost:50051#example.com",
        "dns://example.com/localhost:50051",
        "xds:///localhost:50051",
        "unix:///run/doorward.sock"
      })
  void plaintextIsRefusedForAnythingButThisMachine(String target) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DoorwardClient.connectPlaintext(target))
        .withMessageStartingWith("target: " + target + " (expected for plaintext: ");
  }

  @Test
  void aClientThatIsNotToldOtherwiseInsistsOnTls() {
    User user = server.given().user();

    try (DoorwardClient client = DoorwardClient.connect("localhost:" + server.port())) {
      assertFails(Status.Code.UNAVAILABLE, () -> client.users().getUser(byId(user)));
    }
  }

  @Test
  void aCallEndsAtTheDeadlineOfTheClient() throws IOException {
    User user = server.given().user();

    try (FlakyServer flaky = new FlakyServer(server);
        DoorwardClient client = DoorwardClient.builder(flaky.target())
            .plaintext()
            .deadline(Duration.ofMillis(300))
            .build()) {
      flaky.holdAnswers();

      assertFails(Status.Code.DEADLINE_EXCEEDED, () -> client.users().getUser(byId(user)));
      assertThat(timeout(flaky)).isLessThanOrEqualTo(Duration.ofMillis(300));
      assertThat(flaky.attempts()).isEqualTo(1);
    }
  }

  @Test
  void aStubCanShortenTheDeadlineButNotLengthenIt() throws IOException {
    User user = server.given().user();

    try (FlakyServer flaky = new FlakyServer(server);
        DoorwardClient client = DoorwardClient.builder(flaky.target())
            .plaintext()
            .deadline(Duration.ofMillis(1500))
            .build()) {
      flaky.holdAnswers();

      assertFails(
          Status.Code.DEADLINE_EXCEEDED,
          () -> client.users().withDeadlineAfter(200, TimeUnit.MILLISECONDS).getUser(byId(user)));
      assertThat(timeout(flaky)).isLessThanOrEqualTo(Duration.ofMillis(200));

      assertFails(
          Status.Code.DEADLINE_EXCEEDED,
          () -> client.users().withDeadlineAfter(1, TimeUnit.MINUTES).getUser(byId(user)));
      assertThat(timeout(flaky)).isBetween(Duration.ofMillis(201), Duration.ofMillis(1500));
    }
  }

  @Test
  void aCallHasFiveSecondsUnlessToldOtherwise() throws IOException {
    try (FlakyServer flaky = new FlakyServer(server);
        DoorwardClient client = DoorwardClient.connectPlaintext(flaky.target())) {
      client.users().getUser(byId(server.given().user()));

      assertThat(timeout(flaky)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(5));
    }
  }

  @Test
  void theUserAgentIsSentBeforeTheNameOfGrpc() throws IOException {
    try (FlakyServer flaky = new FlakyServer(server);
        DoorwardClient client = DoorwardClient.builder(flaky.target())
            .plaintext()
            .userAgent("shop/4.2")
            .build()) {
      client.users().getUser(byId(server.given().user()));

      assertThat(flaky.header("user-agent")).startsWith("shop/4.2 grpc-java");
    }
  }

  @Test
  void anAnswerMayBeLargerThanGrpcItselfPermits() {
    // 300 users with metadata of nearly 16 KiB each.
    Struct metadata = Struct.newBuilder()
        .putFields("note", Value.newBuilder().setStringValue("x".repeat(16_000)).build())
        .build();
    BatchGetUsersRequest.Builder request = BatchGetUsersRequest.newBuilder();
    IntStream.range(0, 300)
        .mapToObj(i -> server
            .given()
            .user(User.newBuilder()
                .setEmail(Given.freeEmail())
                .setMetadata(metadata)
                .build()))
        .forEach(user -> request.addUserIds(user.getId()));

    try (DoorwardClient client = client()) {
      assertThat(client.users().batchGetUsers(request.build()).getSerializedSize())
          .isGreaterThan(4 << 20);
    }
  }

  @Test
  void closingEndsTheChannel() {
    DoorwardClient client = client();
    User user = server.given().user();
    client.users().getUser(byId(user));

    client.close();
    client.close();

    assertThat(client.channel().isTerminated()).isTrue();
    assertFails(Status.Code.UNAVAILABLE, () -> client.users().getUser(byId(user)));
  }

  @Test
  void closingLetsTheCallsInFlightFinish() throws Exception {
    User user = server.given().user();
    try (FlakyServer flaky = new FlakyServer(server)) {
      DoorwardClient client = DoorwardClient.connectPlaintext(flaky.target());
      flaky.holdAnswers();
      ListenableFuture<GetUserResponse> inFlight = client.usersAsync().getUser(byId(user));
      flaky.awaitAnswer();

      Thread closing = new Thread(client::close);
      closing.start();
      Await.until(Duration.ofSeconds(10), "the client shuts down", client.channel()::isShutdown);
      flaky.release();
      closing.join(10_000);

      assertThat(client.channel().isTerminated()).isTrue();
      // The channel may end a moment before the executor hands over the last answer it received.
      assertThat(inFlight.get(10, TimeUnit.SECONDS).getUser()).isEqualTo(user);
    }
  }

  @Test
  void anInterruptedCloseCancelsTheCallsInFlight() throws Exception {
    try (FlakyServer flaky = new FlakyServer(server)) {
      DoorwardClient client = DoorwardClient.connectPlaintext(flaky.target());
      flaky.holdAnswers();
      ListenableFuture<GetUserResponse> inFlight =
          client.usersAsync().getUser(byId(server.given().user()));
      flaky.awaitAnswer();

      Thread.currentThread().interrupt();
      client.close();

      assertThat(Thread.interrupted()).isTrue();
      assertThat(inFlight).failsWithin(Duration.ofSeconds(5));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S", "PT0.000999999S", "PT1H0.000000001S"})
  void aDeadlineBeyondItsLimitsIsRefused(Duration deadline) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DoorwardClient.builder("localhost:50051").deadline(deadline))
        .withMessage("deadline: " + deadline + " (expected: PT0.001S to PT1H)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " shop", "shop ", "shöp", "shop\r\nx: y"})
  void aUserAgentThatIsNoHeaderIsRefused(String userAgent) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DoorwardClient.builder("localhost:50051").userAgent(userAgent))
        .withMessageContaining("(expected: printable ASCII, no blank at either end)");
  }

  private DoorwardClient client() {
    return DoorwardClient.builder("localhost:" + server.port())
        .plaintext()
        .key(server.key())
        .build();
  }

  private static GetUserRequest byId(User user) {
    return GetUserRequest.newBuilder().setUserId(user.getId()).build();
  }

  private static ValidateSessionRequest validationOf(SignUpResponse signedUp) {
    return ValidateSessionRequest.newBuilder()
        .setSessionToken(signedUp.getSession().getSessionToken())
        .build();
  }

  private static ListAccountsRequest accountsOf(User user) {
    return ListAccountsRequest.newBuilder().setUserId(user.getId()).build();
  }

  private static VerifyPasswordRequest passwordOf(User user) {
    return VerifyPasswordRequest.newBuilder()
        .setUserId(user.getId())
        .setPassword(Given.PASSWORD)
        .build();
  }

  private static void assertFails(Status.Code code, ThrowingCallable call) {
    StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(thrown.getStatus().getCode()).isEqualTo(code);
  }

  /** What was left for the last call when it was sent, in gRPC's own form: a number and u for microseconds, n for nanoseconds. */
  private static Duration timeout(FlakyServer flaky) {
    String timeout = flaky.header("grpc-timeout");
    long number = Long.parseLong(timeout, 0, timeout.length() - 1, 10);
    return Duration.ofNanos(timeout.endsWith("u") ? 1_000 * number : number);
  }
}
