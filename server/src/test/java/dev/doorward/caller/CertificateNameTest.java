package dev.doorward.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.Config;
import dev.doorward.call.Caller;
import dev.doorward.call.Patience;
import dev.doorward.call.Role;
import dev.doorward.config.Settings;
import dev.doorward.database.Database;
import dev.doorward.database.DatabaseConfig;
import dev.doorward.database.Pools;
import dev.doorward.database.StatementKiller;
import dev.doorward.event.Events;
import dev.doorward.idempotency.Idempotency;
import dev.doorward.revocation.Revocation;
import dev.doorward.revocation.Revocations;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateCallerKeyRequest;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class CertificateNameTest {

  private final TestServer server;

  CertificateNameTest(TestServer server) {
    this.server = server;
  }

  @Test
  void aCallerIsKnownByTheNameInItsCertificateToTheLetter() {
    String caller = Given.freeCallerName();
    String certificate = "spiffe://example.com/" + UUID.randomUUID();
    server
        .callers()
        .createCallerKey(CreateCallerKeyRequest.newBuilder()
            .setCallerName(caller)
            .addRoles(dev.doorward.v1.Role.ROLE_VALIDATOR)
            .setCertificateName(certificate)
            .build());

    DatabaseConfig config =
        Config.read(new Settings(TestServer.settings(TestMariaDb.shared()))).database();
    try (StatementKiller killer = new StatementKiller(Patience.ENDLESS);
        Pools pools = new Pools(config)) {
      Database database = new Database(
          pools.reads(), pools.writes(), Patience.ENDLESS, killer, (statement, nanos, done) -> {});
      Callers callers = new Callers(
          database,
          new Idempotency(database),
          Revocations.ofACommand(database),
          Events.ofACommand(database));

      Callers.Known known = callers.byCertificate(certificate).orElseThrow();
      assertThat(known.caller().name()).isEqualTo(caller);
      assertThat(known.caller().roles()).containsExactly(Role.VALIDATOR);
      assertThat(known.caller().keyId()).isEqualTo(Caller.NO_KEY);
      assertThat(known.lane()).isEqualTo(Revocation.lane(known.caller().id()));
      assertThat(callers.byCertificate(certificate.replace("spiffe", "SPIFFE"))).isEmpty();
      assertThat(callers.byCertificate(certificate + " ")).isEmpty();
      assertThat(callers.byCertificate("")).isEmpty();
    }
  }
}
