package dev.doorward.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorward.Config;
import dev.doorward.config.Settings;
import dev.doorward.database.Pools;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class FrozenServerTest {

  private final TestServer server;

  FrozenServerTest(TestServer server) {
    this.server = server;
  }

  @Test
  void aTransactionThatItsServerDoesNotGoOnWithIsEndedAndUndone() throws SQLException {
    String user = server.given().user().getId();
    Config config = Config.read(
        new Settings(TestServer.settings(TestMariaDb.shared(), "database.socket-timeout", "1s")));

    try (Pools pools = new Pools(config.database())) {
      Connection frozen = pools.writes().getConnection();
      try (Statement statement = frozen.createStatement()) {
        statement.executeUpdate("UPDATE user SET name = 'frozen' WHERE id = '" + user + "'");
      }

      // Waits for the row as long as MariaDB lets it, which is 50 s, and fails if it is not let go.
      server.rows().change("UPDATE user SET image = 'x' WHERE id = ?", user);

      assertThatThrownBy(frozen::commit).isInstanceOf(SQLException.class);
      assertThat(server.rows().text("SELECT name FROM user WHERE id = ?", user))
          .isEqualTo("Ada Lovelace");
    }
  }
}
