package dev.doorward.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.testing.StatementLog;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.testing.tour.RpcTour;
import dev.doorward.v1.AccountServiceGrpc;
import dev.doorward.v1.CallerServiceGrpc;
import dev.doorward.v1.EventServiceGrpc;
import dev.doorward.v1.PasswordServiceGrpc;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.UserServiceGrpc;
import dev.doorward.v1.VerificationServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What each RPC asks of the database, against the table that is published. */
class StatementBudgetTest {

  private static final Path TABLE = Path.of("../docs/database-budget.md");

  @Test
  void eachRpcRunsAsManyStatementsAsPublished() throws IOException {
    Map<String, String> measured = measure();

    assertThat(measured).containsExactlyInAnyOrderEntriesOf(published());
  }

  @Test
  void everyRpcIsInTheTable() throws IOException {
    List<String> rpcs = Stream.of(
            UserServiceGrpc.getServiceDescriptor(),
            SessionServiceGrpc.getServiceDescriptor(),
            AccountServiceGrpc.getServiceDescriptor(),
            PasswordServiceGrpc.getServiceDescriptor(),
            VerificationServiceGrpc.getServiceDescriptor(),
            EventServiceGrpc.getServiceDescriptor(),
            CallerServiceGrpc.getServiceDescriptor())
        .map(ServiceDescriptor::getMethods)
        .flatMap(methods -> methods.stream().map(MethodDescriptor::getBareMethodName))
        .toList();

    assertThat(published().keySet()).containsAll(rpcs);
  }

  /** Statements besides the commits, and commits. */
  private static Map<String, String> measure() {
    Map<String, String> measured = new TreeMap<>();
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(mariaDb);
        StatementLog log = StatementLog.start(server.rows())) {
      new RpcTour(server).stops().forEach((rpc, prepare) -> {
        List<String> statements = log.of(prepare.get());
        long commits = statements.stream().filter("COMMIT"::equalsIgnoreCase).count();
        measured.put(rpc, (statements.size() - commits) + " | " + commits);
      });
    }
    return measured;
  }

  private static Map<String, String> published() throws IOException {
    Map<String, String> published = new TreeMap<>();
    for (String line : Files.readAllLines(TABLE)) {
      String[] cells = line.split("\\s*\\|\\s*");
      if (cells.length == 4 && cells[2].matches("\\d+")) {
        published.put(cells[1], cells[2] + " | " + cells[3]);
      }
    }
    return published;
  }
}
