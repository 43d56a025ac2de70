package dev.doorward.client;

import static dev.doorward.v1.SessionServiceGrpc.getBatchValidateSessionsMethod;
import static dev.doorward.v1.SessionServiceGrpc.getValidateSessionMethod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.doorward.nearcache.NearCacheSettings;
import dev.doorward.testing.Await;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.ValidateSessionResponse;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is asked when memory has no answer, and what those who wait for one are told. */
@ExtendWith(DoorwardExtension.class)
class QuestionsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int CALLS_BEFORE_OTHERS_WAIT = 4;

  private final TestServer server;
  private final FlakyServer between;
  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  private DoorwardClient client;
  private SessionValidator validator;

  QuestionsTest(TestServer server) throws IOException {
    this.server = server;
    this.between = new FlakyServer(server);
    connect(NearCacheSettings.DEFAULT);
  }

  @AfterEach
  void close() {
    timers.shutdownNow();
    client.close();
    between.close();
  }

  @Test
  void whoAsksAboutOneTokenAtTheSameTimeSharesACall() throws Exception {
    Session session = server.given().session();
    between.holdAnswers(getValidateSessionMethod());

    List<CompletableFuture<Optional<ValidateSessionResponse>>> answers = IntStream.range(0, 50)
        .mapToObj(i -> validator.validateAsync(session.getSessionToken()))
        .toList();
    awaitAttempts(getValidateSessionMethod(), 1);
    between.release();

    for (CompletableFuture<Optional<ValidateSessionResponse>> answer : answers) {
      assertThat(get(answer).orElseThrow().getSession().getId()).isEqualTo(session.getId());
    }
    assertThat(between.attempts(getValidateSessionMethod())).isOne();
  }

  @Test
  void whoAsksAfterALeaseIsNotToldWhatSomebodyAskedBefore() throws Exception {
    Session session = server.given().session();
    between.holdAnswers(getValidateSessionMethod());
    var early = validator.validateAsync(session.getSessionToken());
    between.awaitAnswer(getValidateSessionMethod());

    revoke(session);
    long acknowledged = System.nanoTime();
    // The shortest lease that a server may ask for, and this client has not heard of it yet.
    Await.until(
        LIMIT,
        "a second has passed",
        () -> System.nanoTime() - acknowledged > Duration.ofSeconds(1).toNanos());
    var late = validator.validateAsync(session.getSessionToken());
    awaitAttempts(getValidateSessionMethod(), 2);
    between.release();

    assertThat(get(early)).isPresent();
    assertThat(get(late)).isEmpty();
  }

  @Test
  void whileCallsAreOpenQuestionsWaitAndAreSentTogether() throws Exception {
    between.holdAnswers(getValidateSessionMethod());
    List<CompletableFuture<Optional<ValidateSessionResponse>>> first = new ArrayList<>();
    for (int i = 0; i < CALLS_BEFORE_OTHERS_WAIT; i++) {
      first.add(validator.validateAsync(server.given().session().getSessionToken()));
    }
    awaitAttempts(getValidateSessionMethod(), CALLS_BEFORE_OTHERS_WAIT);
    Session good = server.given().session();
    Session revoked = server.given().session();
    revoke(revoked);

    var ofGood = validator.validateAsync(good.getSessionToken());
    var ofRevoked = validator.validateAsync(revoked.getSessionToken());
    var ofGarbage = validator.validateAsync("no token, but somebody says so");
    var ofOtherGood = validator.validateAsync(server.given().session().getSessionToken());
    between.release();

    assertThat(get(ofGood).orElseThrow().getSession().getId()).isEqualTo(good.getId());
    assertThat(get(ofRevoked)).isEmpty();
    assertThat(get(ofGarbage)).isEmpty();
    assertThat(get(ofOtherGood)).isPresent();
    for (CompletableFuture<Optional<ValidateSessionResponse>> answer : first) {
      assertThat(get(answer)).isPresent();
    }
    assertThat(between.attempts(getValidateSessionMethod())).isEqualTo(CALLS_BEFORE_OTHERS_WAIT);
    assertThat(between.attempts(getBatchValidateSessionsMethod())).isOne();
  }

  @Test
  void whatIsTooLongForATokenHurtsNobodyWhoIsAskedAboutWithIt() throws Exception {
    between.holdAnswers(getValidateSessionMethod());
    for (int i = 0; i < CALLS_BEFORE_OTHERS_WAIT; i++) {
      validator.validateAsync(server.given().session().getSessionToken());
    }
    var tooLong = validator.validateAsync("x".repeat(2 << 20));
    var good = validator.validateAsync(server.given().session().getSessionToken());
    between.release();

    assertThat(get(good)).isPresent();
    assertThat(get(tooLong)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("textsThatAreNoTokens")
  void whatIsNoTokenIsNoSession(String text) throws Exception {
    assertThat(validator.validate(text)).isEmpty();
    assertThat(get(validator.validateAsync(text))).isEmpty();
  }

  static List<String> textsThatAreNoTokens() {
    return List.of(
        "",
        " ",
        "x",
        "garbage",
        "dws_garbage",
        "a".repeat(255),
        "a".repeat(300),
        "Äpfel und Birnen sind kein Token",
        "\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11",
        "half of a pair: \uD83D",
        "line\nbreak\0and worse",
        "' OR ''='");
  }

  @Test
  void whatWasNoTokenIsRememberedUntilAnythingIsRevoked() {
    connect(new NearCacheSettings(
        Duration.ofMinutes(5), Duration.ofMinutes(1), Duration.ofMinutes(5), 100));
    awaitLease();
    Session other = server.given().session();
    String token = "nobody has this token, ever";

    Await.until(LIMIT, "memory knows", () -> {
      long hits = validator.stats().hits();
      assertThat(validator.validate(token)).isEmpty();
      return validator.stats().hits() > hits;
    });
    int asked = between.attempts(getValidateSessionMethod());
    long revocations = validator.stats().revocations();
    revoke(other);
    Await.until(LIMIT, "it comes", () -> validator.stats().revocations() > revocations);
    assertThat(validator.validate(token)).isEmpty();

    assertThat(between.attempts(getValidateSessionMethod())).isEqualTo(asked + 1);
  }

  @Test
  void whatWasNoTokenIsRememberedForAMomentOnly() {
    connect(new NearCacheSettings(
        Duration.ofMinutes(5), Duration.ofMinutes(1), Duration.ofMillis(200), 100));
    awaitLease();

    Await.until(LIMIT, "it is asked about again", () -> {
      assertThat(validator.validate("nobody has this token, ever")).isEmpty();
      return between.attempts(getValidateSessionMethod()) > 2;
    });
  }

  @Test
  void nobodyWaitsPastTheDeadlineOfTheirContext() {
    Session session = server.given().session();
    between.holdAnswers(getValidateSessionMethod());

    assertThat(statusOf(() ->
            before(Duration.ofMillis(200), () -> validator.validate(session.getSessionToken()))))
        .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(statusOf(() -> get(before(
            Duration.ofMillis(200), () -> validator.validateAsync(session.getSessionToken())))))
        .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(statusOf(() ->
            get(before(Duration.ZERO, () -> validator.validateAsync(session.getSessionToken())))))
        .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  @Test
  void theDeadlineOfOneWhoAsksIsNotThatOfOthers() throws Exception {
    Session session = server.given().session();
    between.holdAnswers(getValidateSessionMethod());
    CompletableFuture<Optional<ValidateSessionResponse>> hasLittleTime =
        before(Duration.ofMillis(200), () -> validator.validateAsync(session.getSessionToken()));
    CompletableFuture<Optional<ValidateSessionResponse>> hasTime =
        validator.validateAsync(session.getSessionToken());

    assertThat(statusOf(() -> get(hasLittleTime))).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    between.release();

    assertThat(get(hasTime)).isPresent();
    assertThat(between.attempts(getValidateSessionMethod())).isOne();
  }

  @Test
  void whoGivesUpHurtsNobodyElse() throws Exception {
    Session session = server.given().session();
    between.holdAnswers(getValidateSessionMethod());
    var impatient = validator.validateAsync(session.getSessionToken());
    var patient = validator.validateAsync(session.getSessionToken());

    impatient.cancel(true);
    between.release();

    assertThat(get(patient)).isPresent();
  }

  @Test
  void aThreadThatIsInterruptedStopsWaitingAndStaysInterrupted() throws Exception {
    Session session = server.given().session();
    between.holdAnswers(getValidateSessionMethod());
    AtomicReference<Status.Code> told = new AtomicReference<>();
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread waiting = new Thread(() -> {
      told.set(statusOf(() -> validator.validate(session.getSessionToken())));
      interrupted.set(Thread.currentThread().isInterrupted());
    });
    waiting.start();
    awaitAttempts(getValidateSessionMethod(), 1);

    waiting.interrupt();
    Await.until(LIMIT, "the thread ends", () -> !waiting.isAlive());

    assertThat(told).hasValue(Status.Code.CANCELLED);
    assertThat(interrupted).isTrue();
  }

  private void connect(NearCacheSettings settings) {
    if (client != null) {
      client.close();
    }
    client = DoorwardClient.builder(between.target())
        .plaintext()
        .deadline(LIMIT)
        .nearCache(settings)
        .build();
    validator = client.validator();
  }

  private void awaitLease() {
    Await.until(LIMIT, "a lease is held", () -> !validator.stats().leaseLeft().isZero());
  }

  private void awaitAttempts(MethodDescriptor<?, ?> method, int count) {
    Await.until(LIMIT, count + " calls have come", () -> between.attempts(method) == count);
  }

  private void revoke(Session session) {
    server
        .sessions()
        .revokeSession(
            RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build());
  }

  private <T> T before(Duration deadline, Callable<T> work) throws Exception {
    return Context.current()
        .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS, timers)
        .call(work);
  }

  private static <T> T get(CompletableFuture<T> answer) throws Exception {
    return answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private static Status.Code statusOf(Callable<?> call) {
    Throwable thrown = catchThrowable(call::call);
    assertThat(thrown).isNotNull();
    return Status.fromThrowable(thrown instanceof ExecutionException ? thrown.getCause() : thrown)
        .getCode();
  }
}
