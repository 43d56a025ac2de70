package dev.doorward.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.testing.Given;
import dev.doorward.testing.StatementLog;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.RequestPasswordResetRequest;
import dev.doorward.v1.RequestPasswordResetResponse;
import dev.doorward.v1.User;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What an answer to a request for a reset tells of whom the address belongs to: its bytes, and the work behind its time. */
class ResetEnumerationTest {

  /** Values in a statement, NULL among them. */
  private static final String VALUE = "'(?:[^'\\\\]|\\\\.|'')*'|\\bNULL\\b|\\b\\d+\\b";

  @Test
  void theSameStatementsRunAndTheAnswerHasTheSameSizeForEverybody() {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(mariaDb);
        StatementLog log = StatementLog.start(server.rows())) {
      User disabled = server.given().disabledUser();
      List<String> kinds = List.of(
          server.given().signedUp().getUser().getEmail(),
          server.given().user().getEmail(),
          disabled.getEmail(),
          Given.freeEmail());
      List<List<String>> statements = new ArrayList<>();
      List<Integer> sizes = new ArrayList<>();
      for (String email : kinds) {
        RequestPasswordResetRequest request = RequestPasswordResetRequest.newBuilder()
            .setEmail(email)
            .setClientContext(ClientContext.newBuilder().setIpAddress("192.0.2.1"))
            .setRequestId(UUID.randomUUID().toString())
            .build();
        statements.add(
            log
                .of(() -> sizes.add(sizeOf(server.passwords().requestPasswordReset(request))))
                .stream()
                .map(statement -> statement.replaceAll(VALUE, "?"))
                .toList());
      }

      assertThat(statements.get(0)).hasSizeGreaterThan(6).last().isEqualTo("COMMIT");
      assertThat(statements).containsOnly(statements.get(0));
      assertThat(sizes).containsOnly(sizes.get(0));
    }
  }

  /** Every address here has one length, and a moment has as many bytes as its digits happen to need. */
  private static int sizeOf(RequestPasswordResetResponse answer) {
    return answer.toBuilder().clearExpiresAt().build().getSerializedSize();
  }
}
