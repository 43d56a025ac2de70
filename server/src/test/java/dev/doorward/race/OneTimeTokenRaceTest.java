package dev.doorward.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.Race;
import dev.doorward.testing.Refusals;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ConsumeVerificationRequest;
import dev.doorward.v1.CreateVerificationRequest;
import dev.doorward.v1.Verification;
import io.grpc.Status;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class OneTimeTokenRaceTest {

  private static final int RUNNERS = 16;

  private final TestServer server;

  OneTimeTokenRaceTest(TestServer server) {
    this.server = server;
  }

  @RepeatedTest(20)
  void ofManyWhoBringOneTokenAtOnceOneIsServed() {
    String identifier = Given.freeEmail();
    Verification given = server.given().verification(identifier, "sign-in");
    Verification neighbour = server.given().verification(identifier, "sign-in");

    Race<Verification> race = Race.of(RUNNERS, runner -> consume(given));

    assertThat(race.assertOneAnswered().getId()).isEqualTo(given.getId());
    race.assertOthersRefused(Status.Code.NOT_FOUND, Reason.VERIFICATION_NOT_FOUND);
    assertThat(consume(neighbour).getId()).isEqualTo(neighbour.getId());
  }

  @RepeatedTest(10)
  void aTokenIsGivenOutOnceHoweverOftenTheRequestComes() {
    CreateVerificationRequest request = CreateVerificationRequest.newBuilder()
        .setIdentifier(Given.freeEmail())
        .setPurpose("sign-in")
        .setRequestId(UUID.randomUUID().toString())
        .build();

    Race<Verification> race = Race.of(
        RUNNERS, runner -> server.verifications().createVerification(request).getVerification());

    List<Verification> given = race.assertAllAnswered();
    assertThat(given.stream().map(Verification::getId).distinct()).hasSize(1);
    assertThat(given.stream().filter(this::isGood)).hasSize(1);
    assertThat(server.rows().count("verification WHERE identifier = ?", request.getIdentifier()))
        .isZero();
  }

  private boolean isGood(Verification given) {
    try {
      consume(given);
      return true;
    } catch (io.grpc.StatusRuntimeException e) {
      assertThat(Refusals.reason(e)).isEqualTo(Reason.VERIFICATION_NOT_FOUND);
      return false;
    }
  }

  private Verification consume(Verification given) {
    return server
        .verifications()
        .consumeVerification(ConsumeVerificationRequest.newBuilder()
            .setIdentifier(given.getIdentifier())
            .setPurpose(given.getPurpose())
            .setToken(given.getToken())
            .build())
        .getVerification();
  }
}
