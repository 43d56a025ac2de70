package dev.doorward.fault;

import static dev.doorward.testing.Given.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.common.util.concurrent.ListenableFuture;
import dev.doorward.testing.Await;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.PasswordServiceGrpc;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.UpdateUserResponse;
import dev.doorward.v1.User;
import dev.doorward.v1.UserServiceGrpc;
import io.grpc.Status;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On a server that gives up of its own accord so late that whatever ends earlier was stopped. */
class AbandonedCallTest {

  private static final long DEADLINE_MILLIS = 700;
  private static final Duration SOON = Duration.ofSeconds(5);

  private static TestServer server;

  @BeforeAll
  static void startPatiently() {
    server = TestServer.start(
        TestMariaDb.shared(), "database.lock-wait-timeout", "1m", "database.socket-timeout", "10m");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aChangeWhoseDeadlinePassesIsStoppedInTheDatabase() throws Exception {
    User user = server.given().user();

    try (Connection held = hold("user", user)) {
      assertStoppedByItsDeadline(1, () -> rename(user, "Grace Hopper", DEADLINE_MILLIS));
    }

    assertThat(name(user)).isEqualTo(user.getName());
    assertThat(rename(user, "Grace Hopper", 5_000).get().getUser().getName())
        .isEqualTo("Grace Hopper");
  }

  @Test
  void aSessionWhoseDeadlinePassesIsNotOpenedLater() throws Exception {
    User user = server.given().user();

    try (Connection held = hold("user", user)) {
      assertStoppedByItsDeadline(
          1,
          () -> SessionServiceGrpc.newFutureStub(server.channel())
              .withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
              .createSession(
                  CreateSessionRequest.newBuilder().setUserId(user.getId()).build()));
    }

    assertThat(server.rows().count("session WHERE userId = ?", user.getId())).isZero();
  }

  @Test
  void aSignInThatHasChangedThreadsIsStoppedAllTheSame() throws Exception {
    User user = server.given().signedUp().getUser();

    try (Connection held = hold("account", user)) {
      assertStoppedByItsDeadline(
          1,
          () -> PasswordServiceGrpc.newFutureStub(server.channel())
              .withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
              .signIn(SignInRequest.newBuilder()
                  .setEmail(user.getEmail())
                  .setPassword(PASSWORD)
                  .build()));
    }

    assertThat(server.rows().count("session WHERE userId = ?", user.getId())).isEqualTo(1);
  }

  @Test
  void manyCallsWhoseDeadlinePassesAtOnceAreAllStopped() throws Exception {
    User user = server.given().user();

    try (Connection held = hold("user", user)) {
      assertStoppedByItsDeadline(12, () -> rename(user, "Grace Hopper", DEADLINE_MILLIS));
    }

    assertThat(name(user)).isEqualTo(user.getName());
  }

  @Test
  void aCancelledChangeIsStoppedInTheDatabase() throws Exception {
    User user = server.given().user();

    try (Connection held = hold("user", user)) {
      ListenableFuture<?> call = rename(user, "Grace Hopper", 60_000);
      awaitWaiting(1);
      call.cancel(true);
      awaitWaiting(0);
    }

    assertThat(name(user)).isEqualTo(user.getName());
  }

  private static void assertStoppedByItsDeadline(
      int callers, Supplier<ListenableFuture<?>> caller) {
    List<ListenableFuture<?>> calls = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      calls.add(caller.get());
    }
    awaitWaiting(callers);
    for (ListenableFuture<?> call : calls) {
      Throwable thrown = catchThrowable(() -> call.get(SOON.toSeconds(), TimeUnit.SECONDS));
      assertThat(thrown).isInstanceOf(ExecutionException.class);
      assertThat(Status.fromThrowable(thrown).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }
    awaitWaiting(0);
  }

  /** Somebody else's transaction, which nobody gets past until it is closed. */
  private static Connection hold(String table, User user) throws SQLException {
    Connection connection = server.rows().connect();
    connection.setAutoCommit(false);
    String column = table.equals("user") ? "id" : "userId";
    try (PreparedStatement statement = connection.prepareStatement(
        "SELECT id FROM " + table + " WHERE " + column + " = ? FOR UPDATE")) {
      statement.setString(1, user.getId());
      assertThat(statement.executeQuery().next()).isTrue();
    }
    return connection;
  }

  /** A prepared statement that runs is one of the server's: whoever looks here sends plain text. */
  private static void awaitWaiting(long expected) {
    Await.until(
        SOON,
        expected + " statements run",
        () -> server.rows().count("information_schema.processlist WHERE command = 'Execute'")
            == expected);
  }

  private static ListenableFuture<UpdateUserResponse> rename(
      User user, String name, long deadlineMillis) {
    return UserServiceGrpc.newFutureStub(server.channel())
        .withDeadlineAfter(deadlineMillis, TimeUnit.MILLISECONDS)
        .updateUser(UpdateUserRequest.newBuilder()
            .setUser(User.newBuilder().setId(user.getId()).setName(name))
            .build());
  }

  private static String name(User user) {
    return server.rows().text("SELECT name FROM user WHERE id = ?", user.getId());
  }
}
