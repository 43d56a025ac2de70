package dev.doorward.verification;

import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.RetryInfo;
import dev.doorward.error.Reason;
import dev.doorward.testing.Await;
import dev.doorward.testing.Given;
import dev.doorward.testing.Refusals;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CheckPasswordResetRequest;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.RequestPasswordResetRequest;
import dev.doorward.v1.SignInRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How often a token may be asked for, by a database clock that stands where the test puts it. */
class DeliveriesTest {

  private static final long NOW = Instant.now().getEpochSecond();
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = at(0);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void fiveAreGivenOutAtOnceAndThenOneEveryTenMinutes() {
    String email = server.given().user().getEmail();
    for (int i = 0; i < 5; i++) {
      server.given().passwordReset(email);
    }

    assertThat(mustWait(server, email)).isEqualTo(600);
    server.given().passwordReset(server.given().user().getEmail());
    try (TestServer later = at(599)) {
      assertThat(mustWait(later, email)).isEqualTo(1);
    }
    try (TestServer later = at(600)) {
      later.given().passwordReset(email);
      assertThat(mustWait(later, email)).isEqualTo(600);
    }
  }

  @Test
  void anAddressThatNobodyHasIsRefusedJustTheSame() {
    String known = server.given().user().getEmail();
    String nobodys = Given.freeEmail();
    for (int i = 0; i < 5; i++) {
      server.given().passwordReset(known);
      server.given().passwordReset(nobodys);
    }

    assertThat(StatusProto.fromThrowable(refusal(nobodys)))
        .isEqualTo(StatusProto.fromThrowable(refusal(known)));
  }

  /** However many an attacker asks for, what its owner has in the mailbox stays good. */
  @Test
  void whatWasGivenOutStaysGood() {
    String email = server.given().user().getEmail();
    List<String> given = java.util.stream.Stream.generate(() -> server.given().passwordReset(email))
        .limit(5)
        .toList();
    for (int i = 0; i < 20; i++) {
      mustWait(server, email);
    }

    for (String token : given) {
      assertThat(server
              .passwords()
              .checkPasswordReset(
                  CheckPasswordResetRequest.newBuilder().setToken(token).build())
              .getEmail())
          .isEqualTo(email);
    }
    assertThat(server.rows().count("verification WHERE identifier = ?", email)).isEqualTo(5);
  }

  @Test
  void whoeverHasToWaitIsNotAskedToTryAgainByItself() {
    String email = Given.freeEmail();
    for (int i = 0; i < 5; i++) {
      server.given().passwordReset(email);
    }

    assertThat(refusal(email).getTrailers().get(PUSHBACK)).isEqualTo("-1");
  }

  @Test
  void fromOneEndUserAddressARequestCountsAsAWrongPassword() {
    try (TestServer strict = at(0, "attempt.network-failures", "5")) {
      String somewhere = String.format(
          Locale.ROOT, "2001:db8:%x::1", 1 + ThreadLocalRandom.current().nextInt(0xffff));
      for (int i = 0; i < 5; i++) {
        request(strict, Given.freeEmail(), somewhere);
      }

      assertRefused(
          Status.Code.RESOURCE_EXHAUSTED,
          Reason.TOO_MANY_ATTEMPTS,
          () -> request(strict, Given.freeEmail(), somewhere));
      assertRefused(
          Status.Code.RESOURCE_EXHAUSTED,
          Reason.TOO_MANY_ATTEMPTS,
          () -> strict
              .passwords()
              .signIn(SignInRequest.newBuilder()
                  .setEmail(Given.freeEmail())
                  .setPassword("a wrong one")
                  .setClientContext(ClientContext.newBuilder().setIpAddress(somewhere))
                  .build()));
      request(strict, Given.freeEmail(), "");
    }
  }

  @Test
  void whatIsRefusedIsNotCounted() {
    String email = Given.freeEmail();
    for (int i = 0; i < 5; i++) {
      server.given().passwordReset(email);
    }
    long rows = server.rows().count("verification");

    for (int i = 0; i < 5; i++) {
      assertThat(mustWait(server, email)).isEqualTo(600);
    }

    assertThat(server.rows().count("verification")).isEqualTo(rows);
  }

  @Test
  void whatHasEndedIsSweptAndNothingElse() {
    try (dev.doorward.development.EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer sweeping = TestServer.start(mariaDb, "retention.sweep-interval", "10ms")) {
      for (int i = 0; i < 3; i++) {
        sweeping.given().passwordReset(Given.freeEmail());
      }
      sweeping.given().verification(Given.freeEmail(), "sign-in");
      sweeping.rows().change("""
          INSERT INTO verification (id, identifier, value, expiresAt)
          VALUES ('old', 'better-auth', 'x', UTC_TIMESTAMP(6) - INTERVAL 25 HOUR),
                 ('new', 'better-auth', 'x', UTC_TIMESTAMP(6) - INTERVAL 1 HOUR)
          """);
      sweeping.rows().change("""
          UPDATE verification SET expiresAt = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND
          WHERE purpose = 'PASSWORD_RESET' LIMIT 2
          """);
      sweeping
          .rows()
          .change("UPDATE delivery SET recoveredAt = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND LIMIT 2");

      Await.until(
          Duration.ofSeconds(30),
          "three rows and two counts are gone",
          () ->
              sweeping.rows().count("verification") == 3 && sweeping.rows().count("delivery") == 1);

      assertThat(sweeping.rows().texts("SELECT IFNULL(purpose, id) FROM verification"))
          .containsExactlyInAnyOrder("PASSWORD_RESET", "sign-in", "new");
    }
  }

  private static TestServer at(long seconds, String... overrides) {
    return TestServer.startAt(
        Instant.ofEpochSecond(NOW + seconds), TestMariaDb.shared(), overrides);
  }

  private static void request(TestServer server, String email, String ipAddress) {
    server
        .passwords()
        .requestPasswordReset(RequestPasswordResetRequest.newBuilder()
            .setEmail(email)
            .setClientContext(ClientContext.newBuilder().setIpAddress(ipAddress))
            .build());
  }

  private static StatusRuntimeException refusal(String email) {
    return Refusals.refusal(() -> server.given().passwordReset(email));
  }

  /** For how many seconds. */
  private static long mustWait(TestServer server, String email) {
    StatusRuntimeException refusal = Refusals.refusal(() -> server.given().passwordReset(email));
    assertThat(Refusals.reason(refusal)).isEqualTo(Reason.TOO_MANY_VERIFICATIONS);
    return Refusals.detail(refusal, RetryInfo.class)
        .orElseThrow()
        .getRetryDelay()
        .getSeconds();
  }
}
