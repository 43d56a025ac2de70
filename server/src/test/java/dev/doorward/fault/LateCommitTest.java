package dev.doorward.fault;

import static dev.doorward.error.Reason.CANCELLED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorward.Config;
import dev.doorward.config.Settings;
import dev.doorward.database.Database;
import dev.doorward.database.Pools;
import dev.doorward.database.StatementKiller;
import dev.doorward.error.Refusal;
import dev.doorward.rpc.CallPatience;
import dev.doorward.telemetry.Telemetry;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import io.grpc.Context;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Update;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class LateCommitTest {

  interface Names {
    @Update("UPDATE user SET name = #{name} WHERE id = #{id}")
    int rename(@Param("id") String id, @Param("name") String name);
  }

  private final TestServer server;

  LateCommitTest(TestServer server) {
    this.server = server;
  }

  /** They may have asked again meanwhile, and what the first attempt does late would undo what the second has answered. */
  @Test
  void whatNobodyWaitsForAnyLongerIsNotCommittedEvenIfEveryStatementIsDone() {
    String user = server.given().user().getId();
    Config config = Config.read(new Settings(TestServer.settings(TestMariaDb.shared())));
    CallPatience patience = new CallPatience(Telemetry.off());
    Context.CancellableContext call = Context.current().withCancellation();

    try (StatementKiller killer = new StatementKiller(patience);
        Pools pools = new Pools(config.database())) {
      Database database = new Database(
          pools.reads(), pools.writes(), patience, killer, (statement, nanos, done) -> {});
      Names names = database.mapper(Names.class);

      assertThatThrownBy(() -> call.run(() -> database.transaction(() -> {
            names.rename(user, "late");
            return call.cancel(null);
          })))
          .isInstanceOfSatisfying(
              Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(CANCELLED));
    }
    assertThat(server.rows().text("SELECT name FROM user WHERE id = ?", user))
        .isEqualTo("Ada Lovelace");
  }
}
