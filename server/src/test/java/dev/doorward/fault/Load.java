package dev.doorward.fault;

import static dev.doorward.testing.Given.PASSWORD;

import dev.doorward.testing.Await;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.CreateSessionResponse;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Callers of every kind that go on whatever happens, and note what they must never see. */
final class Load implements AutoCloseable {

  static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final Duration MARGIN = Duration.ofMillis(1500);

  /** What callers do, and the one answer that is right if there is an answer at all. */
  enum Kind {
    VALIDATE_GOOD(Status.Code.OK),
    VALIDATE_REVOKED(Status.Code.NOT_FOUND),
    CREATE_SESSION(Status.Code.OK),
    SIGN_IN(Status.Code.OK);

    private final Status.Code right;

    Kind(Status.Code right) {
      this.right = right;
    }
  }

  private static final Set<Status.Code> NO_ANSWER =
      Set.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);

  private final TestServer server;
  private final String goodToken;
  private final String revokedToken;
  private final SignUpResponse signedUp;
  private final User user;
  private final Map<String, String> sessionsByRequest = new ConcurrentHashMap<>();
  private final Queue<String> unsettled = new ConcurrentLinkedQueue<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final Map<Kind, AtomicLong> right = new ConcurrentHashMap<>();
  private final Map<Kind, AtomicLong> unanswered = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  Load(TestServer server) {
    this.server = server;
    this.goodToken = server.given().session().getSessionToken();
    Session revoked = server.given().session();
    server
        .sessions()
        .revokeSession(
            RevokeSessionRequest.newBuilder().setSessionId(revoked.getId()).build());
    this.revokedToken = revoked.getSessionToken();
    this.signedUp = server.given().signedUp();
    this.user = server.given().user();
    for (Kind kind : Kind.values()) {
      right.put(kind, new AtomicLong());
      unanswered.put(kind, new AtomicLong());
      start(kind);
      start(kind);
    }
  }

  /** Until calls of every kind are answered rightly again, some time after this moment. */
  void awaitAnswers(Duration limit) {
    awaitMore(limit, "calls of every kind succeed", right);
  }

  void awaitNoAnswers(Duration limit) {
    awaitMore(limit, "calls of every kind are without an answer", unanswered);
  }

  List<String> wrong() {
    return List.copyOf(wrong);
  }

  User user() {
    return user;
  }

  /** The id of each session that was acknowledged, by the request that made it. */
  Map<String, String> sessionsByRequest() {
    return Map.copyOf(sessionsByRequest);
  }

  /** The requests whose outcome nobody knows. */
  List<String> unsettled() {
    return List.copyOf(unsettled);
  }

  String createSession(String requestId) {
    CreateSessionResponse answer = server
        .sessions()
        .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
        .createSession(CreateSessionRequest.newBuilder()
            .setUserId(user.getId())
            .setRequestId(requestId)
            .build());
    return answer.getSession().getId();
  }

  /** Returns when the last call has ended. */
  @Override
  public void close() {
    over = true;
    Await.until(
        DEADLINE.plus(MARGIN),
        "every call has ended",
        () -> threads.stream().noneMatch(Thread::isAlive));
  }

  private void start(Kind kind) {
    Thread thread = new Thread(
        () -> {
          while (!over) {
            once(kind);
          }
        },
        "load-" + kind);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void once(Kind kind) {
    long start = System.nanoTime();
    Status.Code code = Status.Code.OK;
    String said = "";
    try {
      call(kind);
    } catch (StatusRuntimeException e) {
      code = e.getStatus().getCode();
      said = e.getMessage();
    } catch (RuntimeException e) {
      wrong.add(kind + ": " + e);
      return;
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    if (took.compareTo(DEADLINE.plus(MARGIN)) > 0) {
      wrong.add(kind + ": " + code + " after " + took);
    }
    if (code == kind.right) {
      right.get(kind).incrementAndGet();
    } else if (NO_ANSWER.contains(code)
        || (kind == Kind.SIGN_IN && code == Status.Code.RESOURCE_EXHAUSTED)) {
      unanswered.get(kind).incrementAndGet();
    } else {
      wrong.add(kind + ": " + code + " " + said);
    }
  }

  private void call(Kind kind) {
    switch (kind) {
      case VALIDATE_GOOD -> validate(goodToken);
      case VALIDATE_REVOKED -> validate(revokedToken);
      case CREATE_SESSION -> {
        String requestId = UUID.randomUUID().toString();
        unsettled.add(requestId);
        sessionsByRequest.put(requestId, createSession(requestId));
        unsettled.remove(requestId);
      }
      case SIGN_IN ->
        server
            .passwords()
            .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
            .signIn(SignInRequest.newBuilder()
                .setEmail(signedUp.getUser().getEmail())
                .setPassword(PASSWORD)
                .build());
    }
  }

  private void validate(String token) {
    server
        .sessions()
        .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
        .validateSession(
            ValidateSessionRequest.newBuilder().setSessionToken(token).build());
  }

  private static void awaitMore(Duration limit, String what, Map<Kind, AtomicLong> counters) {
    Map<Kind, Long> before = new ConcurrentHashMap<>();
    counters.forEach((kind, count) -> before.put(kind, count.get()));
    Await.until(
        limit,
        what,
        () -> counters.entrySet().stream()
            .allMatch(entry -> entry.getValue().get() >= before.get(entry.getKey()) + 3));
  }
}
