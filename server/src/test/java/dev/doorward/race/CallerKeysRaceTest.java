package dev.doorward.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.Race;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateCallerKeyRequest;
import dev.doorward.v1.CreateCallerKeyResponse;
import dev.doorward.v1.Role;
import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class CallerKeysRaceTest {

  private static final int ROUNDS = 40;

  private final TestServer server;

  CallerKeysRaceTest(TestServer server) {
    this.server = server;
  }

  @Test
  void aNewCallerThatIsCreatedByManyAtOnceIsOneWithTwoKeys() {
    for (int round = 0; round < ROUNDS; round++) {
      String name = Given.freeCallerName();

      Race<CreateCallerKeyResponse> race = Race.of(12, runner -> create(name));

      race.assertOthersRefused(Status.Code.FAILED_PRECONDITION, Reason.TOO_MANY_CALLER_KEYS);
      assertThat(race.answers()).hasSize(2);
      assertThat(keysOf(name)).isEqualTo(2);
    }
  }

  @Test
  void aCallerWithOneKeyGetsOneMore() {
    for (int round = 0; round < ROUNDS; round++) {
      String name = server.given().callerKey(Role.ROLE_VALIDATOR).getCallerKey().getCallerName();

      Race<CreateCallerKeyResponse> race = Race.of(12, runner -> create(name));

      race.assertOneAnswered();
      race.assertOthersRefused(Status.Code.FAILED_PRECONDITION, Reason.TOO_MANY_CALLER_KEYS);
      assertThat(keysOf(name)).isEqualTo(2);
    }
  }

  private CreateCallerKeyResponse create(String name) {
    return server
        .callers()
        .createCallerKey(CreateCallerKeyRequest.newBuilder()
            .setCallerName(name)
            .addRoles(Role.ROLE_VALIDATOR)
            .build());
  }

  private long keysOf(String name) {
    return server
        .rows()
        .count(
            "caller_key k JOIN caller c ON c.id = k.callerId AND c.name = ? AND k.expires > UTC_TIMESTAMP(6)",
            name);
  }
}
