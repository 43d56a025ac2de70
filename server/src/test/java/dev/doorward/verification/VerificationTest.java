package dev.doorward.verification;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.token.TokenForm;
import dev.doorward.v1.CheckVerificationRequest;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.ConsumeVerificationRequest;
import dev.doorward.v1.CreateVerificationRequest;
import dev.doorward.v1.Verification;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tokens for the callers' own purposes. */
@ExtendWith(DoorwardExtension.class)
class VerificationTest {

  private static final String PURPOSE = "sign-in";

  private final TestServer server;

  VerificationTest(TestServer server) {
    this.server = server;
  }

  @Test
  void aTokenIsCheckedAsOftenAsOneLikesAndUsedOnce() {
    Verification given = server.given().verification(Given.freeEmail(), PURPOSE);
    Verification withoutToken = given.toBuilder().clearToken().build();

    assertThat(given.getToken()).matches("dwo_[0-9A-Za-z]{49}");
    assertThat(given.getExpiresAt().getSeconds() - given.getCreatedAt().getSeconds())
        .isEqualTo(3600);
    assertThat(check(server, given)).isEqualTo(withoutToken);
    assertThat(check(server, given)).isEqualTo(withoutToken);
    assertThat(consume(server, given)).isEqualTo(withoutToken);
    assertNotFound(() -> consume(server, given));
    assertNotFound(() -> check(server, given));
  }

  @Test
  void severalOfOneIdentifierAreLiveAndUsingOneLeavesTheOthers() {
    String identifier = Given.freeEmail();
    Verification first = server.given().verification(identifier, PURPOSE);
    Verification second = server.given().verification(identifier, PURPOSE);
    Verification neighbour = server.given().verification(Given.freeEmail(), PURPOSE);

    consume(server, first);

    assertNotFound(() -> consume(server, first));
    assertThat(consume(server, second).getId()).isEqualTo(second.getId());
    assertThat(consume(server, neighbour).getId()).isEqualTo(neighbour.getId());
  }

  @Test
  void aTokenIsGoodForItsOwnIdentifierAndPurposeAlone() {
    Verification given = server.given().verification(Given.freeEmail(), PURPOSE);

    for (Verification other : new Verification[] {
      given.toBuilder().setIdentifier(Given.freeEmail()).build(),
      given.toBuilder()
          .setIdentifier(given.getIdentifier().toUpperCase(Locale.ROOT))
          .build(),
      given.toBuilder().setIdentifier(given.getIdentifier() + " ").build(),
      given.toBuilder().setIdentifier("é".repeat(1000)).build(),
      given.toBuilder().setPurpose("invitation").build(),
      given.toBuilder().setToken(given.getToken().substring(1)).build(),
      given.toBuilder().setToken("🦊").build(),
      given.toBuilder().setToken(TokenForm.generate("dwo_")).build(),
    }) {
      assertNotFound(() -> check(server, other));
      assertNotFound(() -> consume(server, other));
    }
    consume(server, given);
  }

  @Test
  void aTokenEndsWhenTheDatabaseSaysSo() {
    Verification given = server.given().verification(Given.freeEmail(), PURPOSE);
    Instant end = Instant.ofEpochSecond(given.getExpiresAt().getSeconds() + 1);

    try (TestServer later = TestServer.startAt(end, TestMariaDb.shared())) {
      assertNotFound(() -> check(later, given));
      assertNotFound(() -> consume(later, given));
    }
    assertThat(consume(server, given).getId()).isEqualTo(given.getId());
  }

  @Test
  void aBridgingCallerBringsItsOwnTokenAndEnd() {
    Instant end = Instant.now().plus(Duration.ofDays(2));
    CreateVerificationRequest.Builder request = request(Given.freeEmail())
        .setToken("Ab!" + UUID.randomUUID())
        .setExpiresAt(Timestamp.newBuilder().setSeconds(end.getEpochSecond()));

    Verification given = create(request);

    assertThat(given.getToken()).isEqualTo(request.getToken());
    assertThat(given.getExpiresAt()).isEqualTo(request.getExpiresAt());
    assertNotFound(() -> consume(
        server,
        given.toBuilder().setToken(given.getToken().toLowerCase(Locale.ROOT)).build()));
    assertRefused(Status.Code.ALREADY_EXISTS, Reason.ID_TAKEN, () -> create(request));
    Verification neighbour = create(request.clone().setIdentifier(Given.freeEmail()));
    consume(server, given);
    assertThat(consume(server, neighbour).getId()).isEqualTo(neighbour.getId());
  }

  @Test
  void aHundredOfOneIdentifierAndPurposeAreLiveAtTheMost() {
    String identifier = Given.freeEmail();
    Verification first = server.given().verification(identifier, PURPOSE);
    for (int i = 1; i < 100; i++) {
      server.given().verification(identifier, PURPOSE);
    }

    assertRefused(
        Status.Code.RESOURCE_EXHAUSTED,
        Reason.TOO_MANY_VERIFICATIONS,
        () -> server.given().verification(identifier, PURPOSE));
    server.given().verification(identifier, "invitation");
    server.given().verification(Given.freeEmail(), PURPOSE);
    consume(server, first);
    server.given().verification(identifier, PURPOSE);
  }

  @Test
  void aRepeatedCreationGivesTheSameVerificationAFreshToken() {
    CreateVerificationRequest.Builder request =
        request(Given.freeEmail()).setRequestId(UUID.randomUUID().toString());
    Verification first = create(request);

    Verification again = create(request);

    assertThat(again.getId()).isEqualTo(first.getId());
    assertThat(again.getToken()).isNotEqualTo(first.getToken());
    assertNotFound(() -> consume(server, first));
    assertRefused(
        Status.Code.ALREADY_EXISTS,
        Reason.REQUEST_ID_REUSED,
        () -> create(request.clone().setPurpose("invitation")));
    consume(server, again);
    assertNotFound(() -> create(request));
  }

  @Test
  void noTableHoldsAToken() {
    Verification given = server.given().verification(Given.freeEmail(), PURPOSE);

    assertThat(server.trail().placesOf(given.getToken())).isEmpty();
    assertThat(server.rows().text("SELECT value FROM verification WHERE id = ?", given.getId()))
        .isEqualTo(server.rows().text("SELECT SHA2(?, 256)", given.getToken()));
  }

  @Test
  void whatLiesInTheTableIsNoToken() {
    Verification given = server.given().verification(Given.freeEmail(), PURPOSE);
    String stored =
        server.rows().text("SELECT value FROM verification WHERE id = ?", given.getId());

    assertNotFound(() -> consume(server, given.toBuilder().setToken(stored).build()));
  }

  /** Its value is whatever it likes, and it has no purpose. */
  @Test
  void aRowOfBetterAuthsIsLeftAlone() {
    String identifier = Given.freeEmail();
    String value = TokenForm.hash("a token long enough");
    server
        .rows()
        .change(
            "INSERT INTO verification (id, identifier, value, expiresAt)"
                + " VALUES (?, ?, ?, UTC_TIMESTAMP(6) + INTERVAL 1 HOUR)",
            UUID.randomUUID().toString(),
            identifier,
            value);

    assertNotFound(() -> consume(
        server,
        Verification.newBuilder()
            .setIdentifier(identifier)
            .setPurpose(PURPOSE)
            .setToken("a token long enough")
            .build()));
    assertThat(server.rows().count("verification WHERE identifier = ?", identifier))
        .isOne();
  }

  @Test
  void everyWrongFieldIsNamed() {
    assertInvalid(() -> create(CreateVerificationRequest.newBuilder()), "identifier", "purpose");
    assertInvalid(
        () -> create(CreateVerificationRequest.newBuilder()
            .setIdentifier("x".repeat(256))
            .setPurpose("PASSWORD_RESET")
            .setToken("too short")
            .setExpiresAt(Timestamp.newBuilder().setSeconds(Instant.now().getEpochSecond()))
            .setRequestId("1")
            .setClientContext(ClientContext.newBuilder().setIpAddress("localhost"))),
        "identifier",
        "purpose",
        "token",
        "expires_at",
        "request_id",
        "client_context.ip_address");
    Instant tooLate = Instant.now().plus(Duration.ofDays(31));
    assertInvalid(
        () -> create(request("a\u0007")
            .setPurpose("x".repeat(33))
            .setToken("dwo_" + "x".repeat(49))
            .setExpiresAt(Timestamp.newBuilder().setSeconds(tooLate.getEpochSecond()))),
        "identifier",
        "purpose",
        "token",
        "expires_at");
    Verification nothing = Verification.getDefaultInstance();
    assertInvalid(() -> check(server, nothing), "identifier", "purpose", "token");
    assertInvalid(() -> consume(server, nothing), "identifier", "purpose", "token");
  }

  @Test
  void bothAreEventsOfNobody() {
    String ipAddress = "2001:db8::" + Integer.toHexString(hashCode() & 0xffff);
    ClientContext context = ClientContext.newBuilder().setIpAddress(ipAddress).build();
    Verification given = create(request(Given.freeEmail()).setClientContext(context));
    server
        .verifications()
        .consumeVerification(ConsumeVerificationRequest.newBuilder()
            .setIdentifier(given.getIdentifier())
            .setPurpose(given.getPurpose())
            .setToken(given.getToken())
            .setClientContext(context)
            .build());

    assertThat(server.rows().texts("""
        SELECT type FROM event WHERE userId IS NULL AND ipAddress = ? ORDER BY id
        """, ipAddress))
        .containsExactly("VERIFICATION_CREATED", "VERIFICATION_CONSUMED");
  }

  private static CreateVerificationRequest.Builder request(String identifier) {
    return CreateVerificationRequest.newBuilder().setIdentifier(identifier).setPurpose(PURPOSE);
  }

  private Verification create(CreateVerificationRequest.Builder request) {
    return server.verifications().createVerification(request.build()).getVerification();
  }

  private static Verification check(TestServer server, Verification given) {
    return server
        .verifications()
        .checkVerification(CheckVerificationRequest.newBuilder()
            .setIdentifier(given.getIdentifier())
            .setPurpose(given.getPurpose())
            .setToken(given.getToken())
            .build())
        .getVerification();
  }

  private static Verification consume(TestServer server, Verification given) {
    return server
        .verifications()
        .consumeVerification(ConsumeVerificationRequest.newBuilder()
            .setIdentifier(given.getIdentifier())
            .setPurpose(given.getPurpose())
            .setToken(given.getToken())
            .build())
        .getVerification();
  }

  private static void assertNotFound(ThrowingCallable call) {
    assertRefused(Status.Code.NOT_FOUND, Reason.VERIFICATION_NOT_FOUND, call);
  }
}
