package dev.doorward.rpc;

import static dev.doorward.testing.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.rpc.RetryInfo;
import dev.doorward.error.Reason;
import dev.doorward.testing.Await;
import dev.doorward.testing.Refusals;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.BatchValidateSessionsRequest;
import dev.doorward.v1.Consistency;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.UpdateUserResponse;
import dev.doorward.v1.User;
import dev.doorward.v1.UserServiceGrpc;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More calls than the server takes: some wait, the others are refused at once, and validation and health do not notice. */
@Timeout(120)
class LimitsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  @Test
  void callsBeyondTheLimitAreRefusedWhileValidationGoesOn() throws Exception {
    try (TestServer server = startWithTwelvePlaces()) {
      Session session = server.given().session();
      User user = server.given().user();
      List<ListenableFuture<UpdateUserResponse>> updates = new ArrayList<>();
      List<StatusRuntimeException> refused = new ArrayList<>();
      try (Connection held = hold(server, user)) {
        for (int i = 0; i < 40; i++) {
          updates.add(update(server, user, "name " + i));
        }
        Await.until(
            LIMIT,
            "those beyond are refused",
            () -> updates.stream().filter(ListenableFuture::isDone).count() >= 28);

        validate(server, session);
        assertThat(HealthGrpc.newBlockingStub(server.channel())
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
            .isEqualTo(ServingStatus.SERVING);
        held.rollback();
      }
      int served = 0;
      for (ListenableFuture<UpdateUserResponse> update : updates) {
        try {
          update.get();
          served++;
        } catch (ExecutionException e) {
          refused.add((StatusRuntimeException) e.getCause());
        }
      }
      // What went before may not have left its place yet.
      assertThat(served).isBetween(10, 12);
      assertThat(refused)
          .hasSize(40 - served)
          .allSatisfy(refusal -> assertSaysWhen(refusal, Reason.OVERLOADED));

      // The places are free again.
      for (int i = 0; i < 40; i++) {
        update(server, user, "later " + i).get();
      }
    }
  }

  @Test
  void callsThatAreGivenUpWhileTheyWaitKeepTheirPlaceUntilTheyAreDropped() throws Exception {
    try (TestServer server = startWithTwelvePlaces()) {
      User user = server.given().user();
      try (Connection held = hold(server, user)) {
        for (int round = 0; round < 10; round++) {
          for (int i = 0; i < 20; i++) {
            update(server, user, "name " + i).cancel(true);
          }
        }
        held.rollback();
      }
      Await.until(LIMIT, "all places are free again", () -> {
        List<ListenableFuture<UpdateUserResponse>> updates = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
          updates.add(update(server, user, "later " + i));
        }
        return updates.stream().allMatch(LimitsTest::succeeds);
      });
    }
  }

  @Test
  void aCallerWhoCallsTooOftenIsTold() {
    try (TestServer server = TestServer.start(
        TestMariaDb.shared(),
        "limit.calls-per-second",
        "20",
        "limit.validations-per-second",
        "200")) {
      Session session = server.given().session();
      GetUserRequest request =
          GetUserRequest.newBuilder().setUserId(session.getUserId()).build();

      StatusRuntimeException refusal = refusalWithin(100, () -> server.users().getUser(request));
      assertSaysWhen(refusal, Reason.RATE_LIMITED);
      for (int i = 0; i < 20; i++) {
        validate(server, session);
      }

      Await.until(LIMIT, "the next second comes", () -> {
        try {
          return server.users().getUser(request).hasUser();
        } catch (StatusRuntimeException e) {
          return false;
        }
      });
    }
  }

  @Test
  void aCallerWhoValidatesTooOftenIsTold() {
    try (TestServer server =
        TestServer.start(TestMariaDb.shared(), "limit.validations-per-second", "2")) {
      Session session = server.given().session();

      assertSaysWhen(
          refusalWithin(500, () -> validateFromMemory(server, session)), Reason.RATE_LIMITED);
    }
  }

  @Test
  void eachQuestionOfAStreamThatIsAnsweredCounts() {
    try (TestServer server = TestServer.start(
        TestMariaDb.shared(), "server.reflection", "true", "limit.calls-per-second", "20")) {
      Questioner questioner = new Questioner(server, 1000);
      Await.until(LIMIT, "the stream ends", () -> questioner.end != null);

      assertSaysWhen((StatusRuntimeException) questioner.end, Reason.RATE_LIMITED);
      assertThat(questioner.answers.get()).isBetween(10, 900);
    }
  }

  @Test
  void workersTakeNoMoreThanTheyHaveRoomFor() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(3);
    Runnable work = () -> {
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      done.countDown();
    };
    try (Workers workers = Workers.start("test", 1, 3)) {
      for (int i = 0; i < 3; i++) {
        workers.execute(work);
      }
      assertThat(catchThrowableOfType(dev.doorward.error.Refusal.class, () -> workers.execute(work))
              .reason())
          .isEqualTo(Reason.OVERLOADED);

      release.countDown();
      done.await();
      Await.until(LIMIT, "there is room again", () -> {
        try {
          workers.execute(() -> {});
          return true;
        } catch (dev.doorward.error.Refusal e) {
          return false;
        }
      });
    }
  }

  /** Two workers, and nothing that would free them before the test does. */
  private static TestServer startWithTwelvePlaces() {
    return TestServer.start(
        TestMariaDb.shared(),
        "limit.calls",
        "12",
        "server.worker-threads",
        "2",
        "database.lock-wait-timeout",
        "40s",
        "database.socket-timeout",
        "60s",
        "database.acquire-timeout",
        "30s",
        "limit.call-time",
        "2m");
  }

  private static void assertSaysWhen(StatusRuntimeException refusal, Reason reason) {
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(Refusals.reason(refusal)).isEqualTo(reason);
    assertThat(Refusals.detail(refusal, RetryInfo.class)).isPresent();
    assertThat(Status.trailersFromThrowable(refusal).get(PUSHBACK)).matches("[1-9][0-9]{0,3}");
  }

  private static StatusRuntimeException refusalWithin(int calls, Runnable call) {
    return refusal(() -> {
      for (int i = 0; i < calls; i++) {
        call.run();
      }
    });
  }

  /** A transaction of somebody else's that has the user's row. */
  private static Connection hold(TestServer server, User user) throws SQLException {
    Connection connection = server.rows().connect();
    connection.setAutoCommit(false);
    try (var statement =
        connection.prepareStatement("SELECT id FROM user WHERE id = ? FOR UPDATE")) {
      statement.setString(1, user.getId());
      statement.executeQuery();
    }
    return connection;
  }

  private static ListenableFuture<UpdateUserResponse> update(
      TestServer server, User user, String name) {
    return UserServiceGrpc.newFutureStub(server.channel())
        .updateUser(UpdateUserRequest.newBuilder()
            .setUser(User.newBuilder().setId(user.getId()).setName(name))
            .build());
  }

  private static boolean succeeds(ListenableFuture<?> call) {
    try {
      call.get();
      return true;
    } catch (ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void validate(TestServer server, Session session) {
    server
        .sessions()
        .validateSession(ValidateSessionRequest.newBuilder()
            .setSessionToken(session.getSessionToken())
            .setConsistency(Consistency.CONSISTENCY_FRESH)
            .build());
    assertThat(server
            .sessions()
            .batchValidateSessions(BatchValidateSessionsRequest.newBuilder()
                .addSessionTokens(session.getSessionToken())
                .build())
            .getResults(0)
            .hasValid())
        .isTrue();
  }

  /** Asks by one stream again and again what the server offers. */
  private static final class Questioner implements StreamObserver<ServerReflectionResponse> {

    private final AtomicInteger answers = new AtomicInteger();
    private volatile Throwable end;

    private Questioner(TestServer server, int questions) {
      StreamObserver<ServerReflectionRequest> stream =
          ServerReflectionGrpc.newStub(server.channel()).serverReflectionInfo(this);
      for (int i = 0; i < questions; i++) {
        stream.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
      }
    }

    @Override
    public void onNext(ServerReflectionResponse answer) {
      answers.incrementAndGet();
    }

    @Override
    public void onError(Throwable thrown) {
      end = thrown;
    }

    @Override
    public void onCompleted() {}
  }

  private static void validateFromMemory(TestServer server, Session session) {
    server
        .sessions()
        .validateSession(ValidateSessionRequest.newBuilder()
            .setSessionToken(session.getSessionToken())
            .build());
  }
}
