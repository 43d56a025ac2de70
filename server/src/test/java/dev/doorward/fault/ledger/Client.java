package dev.doorward.fault.ledger;

import com.google.protobuf.FieldMask;
import dev.doorward.error.Reason;
import dev.doorward.fault.ledger.Findings.Kind;
import dev.doorward.testing.Await;
import dev.doorward.testing.Given;
import dev.doorward.v1.AccountServiceGrpc;
import dev.doorward.v1.Consistency;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.CreateUserRequest;
import dev.doorward.v1.DeleteUserRequest;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.PasswordServiceGrpc;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.RevokeUserSessionsRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import dev.doorward.v1.UserServiceGrpc;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractBlockingStub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Somebody who calls, one call after the other, and keeps a page of the ledger. Users come, are changed and go; nobody else
 * asks anything about them, so what there is to be read afterwards follows from the page.
 */
final class Client {

  /** What has been asked again for so long will not be settled. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  /** By which an end that was asked for again says that it had come the first time. */
  private static final Set<Reason> GONE =
      EnumSet.of(Reason.SESSION_NOT_FOUND, Reason.USER_NOT_FOUND);

  private final Site site;
  private final Ledger ledger;
  private final Ledger.Page page;
  private final Ended ended;
  private final Findings findings;
  private final Deadlines deadlines;

  /** Whether an answer has said that something is not as it was told. */
  private boolean contradicted;

  /** A user as this client knows them. */
  static final class Life {

    private final String email;
    private final List<Session> sessions = new ArrayList<>();
    private User user;
    private int name;

    /** Sessions that may have been revoked, and nobody has found out. */
    private int doubtful;

    private boolean over;

    private Life(String email) {
      this.email = email;
    }

    boolean isOver() {
      return over;
    }
  }

  Client(Site site, Ledger ledger, Ended ended, Findings findings, Deadlines deadlines) {
    this.site = site;
    this.ledger = ledger;
    this.page = ledger.page();
    this.ended = ended;
    this.findings = findings;
    this.deadlines = deadlines;
  }

  /** Revokes sessions that were opened for that, each until it is, and returns when all are. */
  void revokeAll(Life life) {
    Await.until(PATIENCE, "sessions that are revoked", () -> {
      List.copyOf(life.sessions)
          .forEach(session -> revokeSession(
              life,
              session,
              RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build()));
      return life.sessions.isEmpty();
    });
  }

  /** From the first call about a user to the last. */
  void live() {
    contradicted = false;
    Life life = ThreadLocalRandom.current().nextInt(4) == 0 ? signUp() : createUser();
    for (int steps = ThreadLocalRandom.current().nextInt(4, 12); steps > 0; steps--) {
      if (life.over || contradicted) {
        return;
      }
      step(life);
    }
    if (!life.over && !contradicted && ThreadLocalRandom.current().nextBoolean()) {
      deleteUser(life);
    }
  }

  private void step(Life life) {
    int choice = ThreadLocalRandom.current().nextInt(20);
    if (life.sessions.isEmpty() || choice < 8) {
      createSession(life);
    } else if (choice < 13) {
      revokeSession(
          life, life.sessions.remove(ThreadLocalRandom.current().nextInt(life.sessions.size())));
    } else if (choice < 16) {
      updateUser(life);
    } else if (choice < 18) {
      linkAccount(life);
    } else {
      revokeUserSessions(life);
    }
  }

  Life createUser() {
    Life life = new Life(ledger.freeEmail());
    Entry entry = page.intend(Operation.CREATE_USER, life.email, name(0));
    CreateUserRequest request = CreateUserRequest.newBuilder()
        .setUser(User.newBuilder().setEmail(life.email).setName(name(0)))
        .setRequestId(entry.requestId())
        .build();
    ask(entry, UserServiceGrpc::newBlockingStub, stub -> stub.createUser(request))
        .ifPresentOrElse(answer -> life.user = answer.getUser(), () -> life.over = true);
    if (life.user != null) {
      entry.made(life.user.getId());
    }
    return life;
  }

  private Life signUp() {
    Life life = new Life(ledger.freeEmail());
    Entry entry = page.intend(Operation.SIGN_UP, life.email, name(0));
    SignUpRequest request = SignUpRequest.newBuilder()
        .setEmail(life.email)
        .setName(name(0))
        .setPassword(Given.PASSWORD)
        .setRequestId(entry.requestId())
        .build();
    Optional<SignUpResponse> answer =
        ask(entry, PasswordServiceGrpc::newBlockingStub, stub -> stub.signUp(request));
    if (answer.isEmpty()) {
      life.over = true;
      return life;
    }
    life.user = answer.get().getUser();
    life.sessions.add(answer.get().getSession());
    entry.made(life.user.getId());
    entry.opened(answer.get().getSession().getId(), answer.get().getSession().getSessionToken());
    return life;
  }

  Optional<Session> createSession(Life life) {
    return createSession(life, page.intend(Operation.CREATE_SESSION, life.email, ""));
  }

  /** An intent of {@link #createSession(Life, Entry)}. */
  Entry intendSession(Life life) {
    return page.intend(Operation.CREATE_SESSION, life.email, "");
  }

  Optional<Session> createSession(Life life, Entry entry) {
    CreateSessionRequest request = CreateSessionRequest.newBuilder()
        .setUserId(life.user.getId())
        .setRequestId(entry.requestId())
        .build();
    Optional<Session> session = ask(
            entry, SessionServiceGrpc::newBlockingStub, stub -> stub.createSession(request))
        .map(answer -> answer.getSession());
    session.ifPresent(opened -> {
      entry.made(opened.getId());
      entry.opened(opened.getId(), opened.getSessionToken());
      life.sessions.add(opened);
      keepInTheServersMemory(opened);
    });
    return session;
  }

  private void revokeSession(Life life, Session session) {
    RevokeSessionRequest.Builder request = RevokeSessionRequest.newBuilder();
    if (ThreadLocalRandom.current().nextBoolean()) {
      request.setSessionId(session.getId());
    } else {
      request.setSessionToken(session.getSessionToken());
    }
    revokeSession(life, session, request.build());
  }

  void revokeSession(Life life, Session session, RevokeSessionRequest request) {
    life.sessions.remove(session);
    Entry entry = page.intend(Operation.REVOKE_SESSION, life.email, session.getId());
    ask(entry, SessionServiceGrpc::newBlockingStub, stub -> stub.revokeSession(request));
    if (entry.isAcknowledged()) {
      ended.add(session.getSessionToken(), entry.acknowledgedNanos());
    }
    if (entry.isRefused()) {
      life.sessions.add(session);
    }
    life.doubtful += entry.isOpen() ? 1 : 0;
  }

  private void revokeUserSessions(Life life) {
    Optional<Session> kept = ThreadLocalRandom.current().nextBoolean() && life.sessions.size() > 1
        ? Optional.of(life.sessions.get(0))
        : Optional.empty();
    String keptId = kept.map(Session::getId).orElse("");
    Entry entry = page.intend(Operation.REVOKE_USER_SESSIONS, life.email, keptId);
    RevokeUserSessionsRequest request = RevokeUserSessionsRequest.newBuilder()
        .setUserId(life.user.getId())
        .setKeepSessionId(keptId)
        .build();
    int expected = life.sessions.size() - (kept.isPresent() ? 1 : 0);
    ask(entry, SessionServiceGrpc::newBlockingStub, stub -> stub.revokeUserSessions(request))
        .filter(answer -> !entry.wasUnknown()
            && (answer.getRevokedCount() < expected
                || answer.getRevokedCount() > expected + life.doubtful))
        .ifPresent(answer -> findings.add(
            answer.getRevokedCount() < expected ? Kind.LOST : Kind.UNASKED,
            answer.getRevokedCount() + " sessions revoked (expected: " + expected + "): " + entry));
    if (entry.isRefused()) {
      return;
    }
    List<Session> gone = new ArrayList<>(life.sessions);
    kept.ifPresent(gone::remove);
    life.sessions.removeAll(gone);
    if (entry.isAcknowledged()) {
      gone.forEach(session -> ended.add(session.getSessionToken(), entry.acknowledgedNanos()));
      life.doubtful = 0;
    }
    // An earlier attempt may come late, and end what is opened from now on.
    life.over = entry.wasUnknown();
  }

  private void updateUser(Life life) {
    String name = name(life.name + 1);
    Entry entry = page.intend(Operation.UPDATE_USER, life.email, name);
    UpdateUserRequest request = UpdateUserRequest.newBuilder()
        .setUser(
            User.newBuilder().setId(life.user.getId()).setName(name).setEtag(life.user.getEtag()))
        .setUpdateMask(FieldMask.newBuilder().addPaths("name"))
        .build();
    // The etag does for a change what a request_id does for a creation.
    ask(entry, UserServiceGrpc::newBlockingStub, stub -> stub.updateUser(request))
        .ifPresent(answer -> life.user = answer.getUser());
    if (entry.isAcknowledged()) {
      life.name++;
    } else if (entry.wasUnknown() && entry.isRefused()) {
      readBack(life, entry, name);
    } else {
      life.over = entry.isOpen();
    }
  }

  private void readBack(Life life, Entry entry, String name) {
    GetUserRequest request =
        GetUserRequest.newBuilder().setUserId(life.user.getId()).build();
    Optional<User> user = read(() -> UserServiceGrpc.newBlockingStub(site.anyServer())
        .withDeadlineAfter(deadlines.again().toMillis(), TimeUnit.MILLISECONDS)
        .withWaitForReady()
        .getUser(request)
        .getUser());
    if (user.isPresent() && user.get().getName().equals(name)) {
      page.acknowledged(entry);
      life.user = user.get();
      life.name++;
    } else {
      life.over = true;
    }
  }

  private void linkAccount(Life life) {
    Entry entry = page.intend(Operation.LINK_ACCOUNT, life.email, "");
    LinkAccountRequest request = LinkAccountRequest.newBuilder()
        .setAccount(Given.freeAccount().setUserId(life.user.getId()))
        .setRequestId(entry.requestId())
        .build();
    ask(entry, AccountServiceGrpc::newBlockingStub, stub -> stub.linkAccount(request))
        .ifPresent(answer -> entry.made(answer.getAccount().getId()));
  }

  private void deleteUser(Life life) {
    Entry entry = page.intend(Operation.DELETE_USER, life.email, "");
    DeleteUserRequest request =
        DeleteUserRequest.newBuilder().setUserId(life.user.getId()).build();
    ask(entry, UserServiceGrpc::newBlockingStub, stub -> stub.deleteUser(request));
    life.over = true;
    if (entry.isAcknowledged()) {
      life.sessions.forEach(
          session -> ended.add(session.getSessionToken(), entry.acknowledgedNanos()));
    }
  }

  /** So that there is something to forget. */
  private void keepInTheServersMemory(Session session) {
    if (ThreadLocalRandom.current().nextBoolean()) {
      return;
    }
    try {
      SessionServiceGrpc.newBlockingStub(site.anyServer())
          .withDeadlineAfter(deadlines.again().toMillis(), TimeUnit.MILLISECONDS)
          .validateSession(ValidateSessionRequest.newBuilder()
              .setSessionToken(session.getSessionToken())
              .setConsistency(Consistency.CONSISTENCY_CACHED)
              .build());
    } catch (StatusRuntimeException e) {
      if (Answers.meaning(e) == Answers.Meaning.NEVER) {
        findings.add(Kind.LOST, "session " + session.getId() + " right after its creation: " + e);
      }
    }
  }

  /**
   * Asks, and asks the same again until it is settled. Some ends whose outcome is unknown are left so, as by a client that
   * has gone away.
   *
   * @return the answer; empty if there is none, or another answer has settled it
   */
  private <S extends AbstractBlockingStub<S>, T> Optional<T> ask(
      Entry entry, Function<Channel, S> service, Function<S, T> call) {
    boolean settle = !isEnd(entry) || ThreadLocalRandom.current().nextBoolean();
    do {
      entry.attempt();
      try {
        S stub = service
            .apply(site.anyServer())
            .withDeadlineAfter(deadlines.next(entry.attempts()).toNanos(), TimeUnit.NANOSECONDS)
            .withWaitForReady();
        T answer = call.apply(stub);
        page.acknowledged(entry);
        return Optional.of(answer);
      } catch (StatusRuntimeException e) {
        if (isSettledBy(entry, e)) {
          return Optional.empty();
        }
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    } while (settle && System.nanoTime() - entry.intendedNanos() < PATIENCE.toNanos());
    if (settle) {
      findings.add(Kind.UNSETTLED, entry.toString());
    }
    return Optional.empty();
  }

  /** Whether it is known by now what has become of it. */
  private boolean isSettledBy(Entry entry, StatusRuntimeException status) {
    Answers.Meaning meaning = Answers.meaning(status);
    switch (meaning) {
      case UNKNOWN -> {
        entry.loseSightOf();
        return false;
      }
      case NOT_NOW -> {
        if (!entry.wasUnknown()) {
          refuse(entry, status);
        }
        return !entry.wasUnknown();
      }
      case WRONG -> {
        findings.add(Kind.WRONG_ANSWER, status.getStatus() + " to " + entry);
        entry.loseSightOf();
        return false;
      }
      case NEVER -> {
        judgeNever(entry, status);
        return true;
      }
    }
    throw new AssertionError(meaning);
  }

  /** Nobody here asks for what cannot be; so it is what an earlier attempt has left, or something is not as it was told. */
  private void judgeNever(Entry entry, StatusRuntimeException status) {
    Reason reason = Answers.reason(status).orElseThrow();
    if (entry.wasUnknown() && isEnd(entry) && GONE.contains(reason)) {
      page.acknowledged(entry);
      return;
    }
    refuse(entry, status);
    if (entry.wasUnknown() && reason == Reason.ETAG_MISMATCH) {
      return; // By the change itself, or by somebody else's: what can be read decides.
    }
    switch (reason) {
      case SESSION_NOT_FOUND, USER_NOT_FOUND, ACCOUNT_NOT_FOUND, ETAG_MISMATCH ->
        findings.add(Kind.LOST, "what is asked about: " + entry);
      case EMAIL_TAKEN, ID_TAKEN, ACCOUNT_ALREADY_LINKED, ACCOUNT_LINKED_TO_ANOTHER_USER ->
        findings.add(Kind.DOUBLED, "there without its request: " + entry);
      default -> findings.add(Kind.WRONG_ANSWER, status.getStatus() + " to " + entry);
    }
    contradicted = true;
  }

  private void refuse(Entry entry, StatusRuntimeException status) {
    entry.refuse(Answers.reason(status).orElseThrow());
    page.refused();
  }

  private static boolean isEnd(Entry entry) {
    return switch (entry.operation()) {
      case REVOKE_SESSION, REVOKE_USER_SESSIONS, DELETE_USER -> true;
      case CREATE_USER, SIGN_UP, CREATE_SESSION, LINK_ACCOUNT, UPDATE_USER -> false;
    };
  }

  private static <T> Optional<T> read(Supplier<T> call) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      try {
        return Optional.of(call.get());
      } catch (StatusRuntimeException e) {
        if (Answers.meaning(e) == Answers.Meaning.NEVER) {
          return Optional.empty();
        }
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return Optional.empty();
  }

  private static String name(int number) {
    return "n" + number;
  }
}
