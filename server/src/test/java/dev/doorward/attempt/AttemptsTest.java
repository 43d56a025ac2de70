package dev.doorward.attempt;

import static dev.doorward.testing.Refusals.assertRefused;
import static dev.doorward.testing.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.Await;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ChangePasswordRequest;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.SetPasswordRequest;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.User;
import dev.doorward.v1.VerifyPasswordRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Wrong passwords and what comes of them, by a database clock that stands where the test puts it. */
class AttemptsTest {

  private static final long NOW = Instant.now().getEpochSecond();
  private static final long DAY = Duration.ofDays(1).toSeconds();

  private static TestServer server;
  private static TestServer patient;

  /** One with the settings' defaults, and one whose accounts never wait. */
  @BeforeAll
  static void start() {
    server = at(0);
    patient = at(0, "attempt.free", "100", "attempt.network-failures", "5");
  }

  @AfterAll
  static void stop() {
    server.close();
    patient.close();
  }

  @Test
  void eachWrongPasswordDoublesTheWait() {
    User user = server.given().signedUp().getUser();
    String email = user.getEmail();

    Guesses.at(server).wrong(email, 10);
    assertThat(Guesses.at(server).mustWait(email)).isEqualTo(1);

    try (TestServer later = at(1)) {
      Guesses.at(later).wrong(email);
      assertThat(Guesses.at(later).mustWait(email)).isEqualTo(2);
    }
    try (TestServer later = at(3)) {
      Guesses.at(later).wrong(email);
      assertThat(Guesses.at(later).mustWait(email)).isEqualTo(4);
    }
    try (TestServer later = at(5)) {
      assertThat(Guesses.at(later).mustWait(email)).isEqualTo(2);
    }
  }

  @Test
  void theLongestWaitIsAQuarterOfAnHour() {
    User user = server.given().signedUp().getUser();
    Guesses.at(server).wrong(user.getEmail());
    server
        .rows()
        .change(
            "UPDATE account_attempts SET failures = 60, streak = 60 WHERE subject = ?", of(user));

    Guesses.at(server).wrong(user.getEmail());

    assertThat(Guesses.at(server).mustWait(user.getEmail())).isEqualTo(900);
  }

  @Test
  void afterTheWaitTheRightPasswordIsGoodAndTheCountBeginsAnew() {
    User user = server.given().signedUp().getUser();
    Guesses.at(server).wrong(user.getEmail(), 10);
    assertThat(Guesses.at(server).mustWait(user.getEmail())).isPositive();

    try (TestServer later = at(1)) {
      assertThat(Guesses.at(later).signIn(user.getEmail()).getUser()).isEqualTo(user);
      assertThat(failures(user)).isZero();
      Guesses.at(later).wrong(user.getEmail(), 10);
    }
  }

  @Test
  void afterAQuietDayTheWaitsBeginAnewButTheLimitDoesNot() {
    User user = server.given().signedUp().getUser();
    Guesses.at(server).wrong(user.getEmail(), 10);

    try (TestServer later = at(2 * DAY)) {
      Guesses.at(later).wrong(user.getEmail(), 10);
      assertThat(Guesses.at(later).mustWait(user.getEmail())).isEqualTo(1);
    }
    assertThat(failures(user)).isEqualTo(20);
  }

  @Test
  void aHundredWrongPasswordsInARowNeedANewOneHoweverLongSomebodyWaits() {
    User user = patient.given().signedUp().getUser();
    User neighbour = patient.given().signedUp().getUser();
    Guesses.at(patient).wrong(user.getEmail(), 100);

    Guesses.at(patient).needsANewPassword(user.getEmail());
    assertRefused(
        Status.Code.FAILED_PRECONDITION,
        Reason.PASSWORD_RESET_REQUIRED,
        () -> patient.passwords().verifyPassword(verify(user, Given.PASSWORD, "")));
    try (TestServer later = at(100 * DAY)) {
      Guesses.at(later).needsANewPassword(user.getEmail());
    }
    assertThat(Guesses.at(patient).signIn(neighbour.getEmail()).getUser()).isEqualTo(neighbour);
    Await.until(
        Duration.ofSeconds(10),
        "the event is there",
        () -> patient.trail().event(user.getId()).startsWith("PASSWORD_LOCKED"));

    patient
        .passwords()
        .setPassword(SetPasswordRequest.newBuilder()
            .setUserId(user.getId())
            .setNewPassword(Given.PASSWORD)
            .build());
    assertThat(Guesses.at(patient).signIn(user.getEmail()).getUser().getId())
        .isEqualTo(user.getId());
  }

  @Test
  void theHundredthMayStillBeTheRightOne() {
    User user = patient.given().signedUp().getUser();
    Guesses.at(patient).wrong(user.getEmail(), 99);

    Guesses.at(patient).signIn(user.getEmail());

    assertThat(failures(user)).isZero();
    assertThat(patient.trail().events(user.getId()))
        .noneMatch(e -> e.startsWith("PASSWORD_LOCKED"));
  }

  @Test
  void anAddressThatNobodyHasGetsTheSameAnswersAllTheWay() {
    for (String email : List.of(
        Given.freeEmail(),
        server.given().user().getEmail(),
        server.given().signedUp().getUser().getEmail())) {
      Guesses.at(server).wrong(email, 10);
      assertThat(Guesses.at(server).mustWait(email)).as(email).isEqualTo(1);
      try (TestServer later = at(1)) {
        Guesses.at(later).wrong(email);
        assertThat(Guesses.at(later).mustWait(email)).as(email).isEqualTo(2);
      }
    }
    for (String email :
        List.of(Given.freeEmail(), patient.given().signedUp().getUser().getEmail())) {
      Guesses.at(patient).wrong(email, 100);
      Guesses.at(patient).needsANewPassword(email);
    }
  }

  @Test
  void theAnswersOfAWaitAreEqualByteByByte() {
    String known = server.given().signedUp().getUser().getEmail();
    String unknown = Given.freeEmail();
    Guesses.at(server).wrong(known, 10);
    Guesses.at(server).wrong(unknown, 10);

    assertThat(StatusProto.fromThrowable(refusal(() -> Guesses.at(server).signIn(unknown))))
        .isEqualTo(StatusProto.fromThrowable(refusal(() -> Guesses.at(server).signIn(known))));
  }

  @Test
  void aClientThatRetriesByItselfIsToldNotTo() {
    String email = Given.freeEmail();
    Guesses.at(server).wrong(email, 10);

    StatusRuntimeException refusal = refusal(() -> Guesses.at(server).signIn(email));

    assertThat(refusal
            .getTrailers()
            .get(Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER)))
        .isEqualTo("-1");
  }

  @Test
  void whoSignedUpIsNotHeldToWhatWasTriedBefore() {
    String email = Given.freeEmail();
    Guesses.at(patient).wrong(email, 100);
    Guesses.at(patient).needsANewPassword(email);

    patient
        .passwords()
        .signUp(SignUpRequest.newBuilder()
            .setEmail(email)
            .setPassword(Given.PASSWORD)
            .build());

    Guesses.at(patient).signIn(email);
  }

  @Test
  void verifyingAndChangingCountInTheSameRow() {
    User user = server.given().signedUp().getUser();
    Guesses.at(server).wrong(user.getEmail(), 4);
    for (int i = 0; i < 3; i++) {
      assertWrong(() -> server.passwords().verifyPassword(verify(user, Given.WRONG_PASSWORD, "")));
      assertWrong(() -> server.passwords().changePassword(change(user, Given.WRONG_PASSWORD)));
    }

    assertThat(failures(user)).isEqualTo(10);
    assertRefused(
        Status.Code.RESOURCE_EXHAUSTED,
        Reason.TOO_MANY_ATTEMPTS,
        () -> server.passwords().verifyPassword(verify(user, Given.PASSWORD, "")));
    assertRefused(
        Status.Code.RESOURCE_EXHAUSTED,
        Reason.TOO_MANY_ATTEMPTS,
        () -> server.passwords().changePassword(change(user, Given.PASSWORD)));
    try (TestServer later = at(1)) {
      later.passwords().verifyPassword(verify(user, Given.PASSWORD, ""));
      assertThat(failures(user)).isZero();
      Guesses.at(later).wrong(user.getEmail());
      later.passwords().changePassword(change(user, Given.PASSWORD));
      assertThat(failures(user)).isZero();
    }
  }

  @Test
  void anIdThatNobodyHasIsCountedToo() {
    User nobody = User.newBuilder().setId("\u00e4 " + UUID.randomUUID()).build();
    for (int i = 0; i < 10; i++) {
      assertWrong(
          () -> server.passwords().verifyPassword(verify(nobody, Given.WRONG_PASSWORD, "")));
    }

    assertRefused(
        Status.Code.RESOURCE_EXHAUSTED,
        Reason.TOO_MANY_ATTEMPTS,
        () -> server.passwords().verifyPassword(verify(nobody, Given.WRONG_PASSWORD, "")));
  }

  @Test
  void whatFailsForAnotherReasonThanThePasswordIsNotCounted() {
    User user = server.given().signedUp().getUser();
    server
        .users()
        .disableUser(DisableUserRequest.newBuilder().setUserId(user.getId()).build());

    assertRefused(
        Status.Code.FAILED_PRECONDITION,
        Reason.USER_DISABLED,
        () -> Guesses.at(server).signIn(user.getEmail()));

    Await.until(Duration.ofSeconds(10), "it is taken back", () -> failures(user) == 0);
  }

  @Test
  void oneAddressHasAHundredWrongPasswordsAndThenOneEverySixSeconds() {
    Guesses somewhere = Guesses.at(patient).from(freeIpv6() + "1");
    Guesses sameNetwork = Guesses.at(patient).from(somewhere.ipAddress() + "ff");
    Guesses elsewhere = Guesses.at(patient).from(freeIpv6() + "1");
    User user = patient.given().signedUp().getUser();
    for (int i = 0; i < 5; i++) {
      (i % 2 == 0 ? somewhere : sameNetwork).wrong(Given.freeEmail());
    }

    assertThat(somewhere.mustWait(Given.freeEmail())).isEqualTo(6);
    assertThat(sameNetwork.mustWait(user.getEmail())).isEqualTo(6);
    assertThat(failures(user)).isZero();
    assertThat(elsewhere.signIn(user.getEmail()).getUser()).isEqualTo(user);
    assertThat(Guesses.at(patient).signIn(user.getEmail()).getUser()).isEqualTo(user);
    try (TestServer later = at(6, "attempt.network-failures", "5")) {
      new Guesses(later, somewhere.ipAddress()).wrong(Given.freeEmail());
      assertThat(new Guesses(later, somewhere.ipAddress()).mustWait(user.getEmail()))
          .isEqualTo(6);
    }
  }

  @Test
  void whoeverSucceedsCostsTheirAddressNothing() {
    Guesses somewhere = Guesses.at(patient).from(freeIpv6() + "1");
    User user = patient.given().signedUp().getUser();
    for (int i = 0; i < 20; i++) {
      somewhere.signIn(user.getEmail());
    }

    patient.passwords().verifyPassword(verify(user, Given.PASSWORD, somewhere.ipAddress()));
    somewhere.wrong(user.getEmail(), 5);
    assertThat(somewhere.mustWait(user.getEmail())).isEqualTo(6);
    assertRefused(
        Status.Code.RESOURCE_EXHAUSTED,
        Reason.TOO_MANY_ATTEMPTS,
        () -> patient
            .passwords()
            .verifyPassword(verify(user, Given.PASSWORD, somewhere.ipAddress())));
  }

  private static TestServer at(long seconds, String... overrides) {
    String[] all = Arrays.copyOf(overrides, overrides.length + 4);
    all[overrides.length] = "password.memory-kib";
    all[overrides.length + 1] = "8";
    all[overrides.length + 2] = "password.iterations";
    all[overrides.length + 3] = "1";
    return TestServer.startAt(Instant.ofEpochSecond(NOW + seconds), TestMariaDb.shared(), all);
  }

  private static String of(User user) {
    return "user:" + user.getId();
  }

  private static long failures(User user) {
    List<String> failures =
        server.rows().texts("SELECT failures FROM account_attempts WHERE subject = ?", of(user));
    return failures.isEmpty() ? 0 : Long.parseLong(failures.get(0));
  }

  /** The start of an address in a /64 that nobody else is in. */
  private static String freeIpv6() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return String.format(
        Locale.ROOT, "2001:db8:%x:%x::", 1 + random.nextInt(0xffff), 1 + random.nextInt(0xffff));
  }

  private static VerifyPasswordRequest verify(User user, String password, String ipAddress) {
    return VerifyPasswordRequest.newBuilder()
        .setUserId(user.getId())
        .setPassword(password)
        .setClientContext(ClientContext.newBuilder().setIpAddress(ipAddress))
        .build();
  }

  private static ChangePasswordRequest change(User user, String current) {
    return ChangePasswordRequest.newBuilder()
        .setUserId(user.getId())
        .setCurrentPassword(current)
        .setNewPassword(Given.PASSWORD)
        .build();
  }

  private static void assertWrong(ThrowingCallable call) {
    assertRefused(Status.Code.INVALID_ARGUMENT, Reason.INVALID_CREDENTIALS, call);
  }
}
