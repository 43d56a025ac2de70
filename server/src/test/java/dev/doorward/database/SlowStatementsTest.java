package dev.doorward.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.HeldRow;
import dev.doorward.testing.LogCapture;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SlowStatementsTest {

  @Test
  void aSlowStatementIsNamedWithoutItsValues() {
    try (TestServer server =
            TestServer.start(TestMariaDb.shared(), "database.slow-statement", "1ms");
        HeldRow row = HeldRow.ofUser(server)) {

      List<String> log = LogCapture.of(() -> {
        CompletableFuture<?> change = CompletableFuture.runAsync(row::changeThroughTheServer);
        row.awaitWaiter();
        row.letGo();
        change.join();
      });

      assertThat(log).anyMatch(line -> line.matches("UserMapper\\.\\w+ took \\d+ ms"));
      assertThat(log).noneMatch(line -> line.contains(HeldRow.NEW_NAME));
    }
  }
}
