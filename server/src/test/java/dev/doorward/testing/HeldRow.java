package dev.doorward.testing;

import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A user's row that somebody else holds, so that whoever changes the user has to wait. */
public final class HeldRow implements AutoCloseable {

  /** What the user is called by the change. */
  public static final String NEW_NAME = "Ada of the held row";

  private final TestServer server;
  private final User user;
  private final Connection holder;

  private HeldRow(TestServer server, User user, Connection holder) {
    this.server = server;
    this.user = user;
    this.holder = holder;
  }

  public static HeldRow ofUser(TestServer server) {
    User user = server.given().user();
    try {
      Connection holder = server.rows().connect();
      holder.setAutoCommit(false);
      try (Statement statement = holder.createStatement()) {
        statement.executeQuery("SELECT id FROM user WHERE id = '" + user.getId() + "' FOR UPDATE");
      }
      return new HeldRow(server, user, holder);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns once the row is let go. */
  public void changeThroughTheServer() {
    server
        .users()
        .updateUser(UpdateUserRequest.newBuilder()
            .setUser(User.newBuilder().setId(user.getId()).setName(NEW_NAME))
            .build());
  }

  public void awaitWaiter() {
    Await.until(
        Duration.ofSeconds(30),
        "somebody waits for the row",
        () -> !server
            .rows()
            .texts("SELECT id FROM information_schema.processlist"
                + " WHERE command = 'Execute' AND time_ms > 10 AND id != CONNECTION_ID()")
            .isEmpty());
  }

  public void letGo() {
    try {
      holder.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      holder.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
