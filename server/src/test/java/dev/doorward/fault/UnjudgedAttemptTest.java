package dev.doorward.fault;

import static dev.doorward.testing.Given.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.development.MariaDbFaults;
import dev.doorward.error.Reason;
import dev.doorward.testing.Await;
import dev.doorward.testing.Given;
import dev.doorward.testing.Refusals;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.PasswordServiceGrpc;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignInResponse;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Attempts that were counted and then never judged: no count is left of them. */
class UnjudgedAttemptTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Test
  void aDatabaseThatDiesDuringTheHashIsNoWrongPassword() {
    // So that there is time to kill it between the count and the verdict.
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(mariaDb, "password.iterations", "100")) {
      String email = server.given().signedUp().getUser().getEmail();
      ListenableFuture<SignInResponse> call = signIn(server, email, PASSWORD);
      Await.until(SOON, "it is counted", () -> failures(server) == 1);

      MariaDbFaults.kill(mariaDb);

      // The count can be seen a moment before its transaction is told that it is there.
      assertThat(reasonOf(call)).isIn(Reason.DATABASE_UNAVAILABLE, Reason.OUTCOME_UNKNOWN);
      mariaDb.restart();
      Await.until(SOON, "it is taken back", () -> failures(server) == 0);
    }
  }

  /** Whoever saw a free place before the count may have lost it to another afterwards. */
  @Test
  void whatFindsNoRoomToBeHashedIsNoWrongPassword() {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(
            mariaDb, "password.threads", "1", "password.queue", "1", "password.iterations", "20")) {
      server.given().signedUp();
      List<ListenableFuture<SignInResponse>> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        calls.add(signIn(server, Given.freeEmail(), "a wrong one"));
      }

      long judged = calls.stream()
          .filter(call -> reasonOf(call) == Reason.INVALID_CREDENTIALS)
          .count();

      assertThat(judged).isBetween(1L, 39L);
      Await.until(SOON, judged + " are counted", () -> failures(server) == judged);
    }
  }

  private static long failures(TestServer server) {
    return Long.parseLong(
        server.rows().text("SELECT IFNULL(SUM(failures), 0) FROM account_attempts"));
  }

  private static ListenableFuture<SignInResponse> signIn(
      TestServer server, String email, String password) {
    return PasswordServiceGrpc.newFutureStub(server.channel())
        .signIn(SignInRequest.newBuilder().setEmail(email).setPassword(password).build());
  }

  private static Reason reasonOf(ListenableFuture<SignInResponse> call) {
    try {
      throw new AssertionError("answered: " + call.get());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      return Refusals.reason((StatusRuntimeException) e.getCause());
    }
  }
}
