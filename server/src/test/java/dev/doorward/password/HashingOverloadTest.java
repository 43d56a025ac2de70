package dev.doorward.password;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.rpc.RetryInfo;
import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.error.Reason;
import dev.doorward.testing.Given;
import dev.doorward.testing.Refusals;
import dev.doorward.testing.StatementLog;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.PasswordServiceGrpc;
import dev.doorward.v1.Session;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** More passwords than can be hashed: some wait, the others are refused, and validation does not notice. */
class HashingOverloadTest {

  private static final int CALLS = 40;

  private static final String[] CROWDED = {
    "password.threads", "1", "password.queue", "1", "password.iterations", "20"
  };

  @Test
  void whatFindsNoRoomIsRefusedAndSaysWhenToComeBack() throws Exception {
    try (TestServer server = TestServer.start(TestMariaDb.shared(), CROWDED)) {
      Session session = server.given().session();
      List<ListenableFuture<SignUpResponse>> signUps = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        signUps.add(PasswordServiceGrpc.newFutureStub(server.channel())
            .signUp(SignUpRequest.newBuilder()
                .setEmail(Given.freeEmail())
                .setPassword(Given.PASSWORD)
                .build()));
      }

      assertThat(server
              .sessions()
              .validateSession(ValidateSessionRequest.newBuilder()
                  .setSessionToken(session.getSessionToken())
                  .build())
              .getSession()
              .getId())
          .isEqualTo(session.getId());
      assertThat(refusalsAmong(signUps)).isBetween(1, CALLS - 1);
    }
  }

  @Test
  void whatIsRefusedHasAskedTheDatabaseForNothing() {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(mariaDb, CROWDED);
        StatementLog log = StatementLog.start(server.rows())) {
      SignInRequest request = SignInRequest.newBuilder()
          .setEmail(server.given().signedUp().getUser().getEmail())
          .setPassword(Given.PASSWORD)
          .build();
      AtomicInteger refused = new AtomicInteger();
      List<String> statements = log.of(() -> refused.set(refusalsAmong(IntStream.range(0, CALLS)
          .mapToObj(i -> PasswordServiceGrpc.newFutureStub(server.channel()).signIn(request))
          .toList())));

      assertThat(refused.get()).isBetween(1, CALLS - 1);
      assertThat(statements)
          .filteredOn(statement -> statement.contains("u.email = "))
          .hasSize(CALLS - refused.get());
    }
  }

  private static int refusalsAmong(List<? extends ListenableFuture<?>> calls) {
    int refused = 0;
    for (ListenableFuture<?> call : calls) {
      try {
        assertThat(call.get()).isNotNull();
      } catch (ExecutionException e) {
        StatusRuntimeException refusal = (StatusRuntimeException) e.getCause();
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(Refusals.reason(refusal)).isEqualTo(Reason.HASHING_OVERLOADED);
        assertThat(Refusals.detail(refusal, RetryInfo.class)).isPresent();
        refused++;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return refused;
  }
}
