package dev.doorward.fault.ledger;

import dev.doorward.fault.ledger.Expected.ExpectedSession;
import dev.doorward.fault.ledger.Expected.Presence;
import dev.doorward.fault.ledger.Findings.Kind;
import dev.doorward.testing.Await;
import dev.doorward.v1.Consistency;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.ListSessionsRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.UserServiceGrpc;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Asks the servers for everything that a ledger tells of, once its clients have ended. */
final class ReadBack {

  private static final int THREADS = 8;
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final long DEADLINE_SECONDS = 5;
  private static final int MANY = 100;

  private final Site site;
  private final Ended ended;
  private final Findings findings;

  ReadBack(Site site, Ended ended, Findings findings) {
    this.site = site;
    this.ended = ended;
    this.findings = findings;
  }

  void run(Collection<Expected> users) {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (Future<?> done :
          users.stream().map(user -> threads.submit(() -> compare(user))).toList()) {
        done.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private void compare(Expected user) {
    if (!user.created().isAcknowledged()) {
      return; // Of whom no id is known.
    }
    Optional<String> name = answer(() -> UserServiceGrpc.newBlockingStub(site.anyServer())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .getUser(GetUserRequest.newBuilder().setUserId(user.userId()).build())
        .getUser()
        .getName());
    if (user.presence() == Presence.THERE) {
      if (name.isEmpty()) {
        findings.add(Kind.LOST, "by RPC, the user " + user.created());
      } else if (user.openChanges() == 0 && !name.get().equals("n" + user.changes())) {
        findings.add(Kind.LOST, name.get() + " by RPC after " + user.changes() + " changes");
      }
    }
    if (user.presence() == Presence.GONE && name.isPresent()) {
      findings.add(Kind.LOST, "by RPC, the end of the user " + user.created());
    }
    sessions(user, name.isPresent());
  }

  private void sessions(Expected user, boolean there) {
    Set<String> listed = there ? list(user.userId()) : Set.of();
    user.sessions().forEach((id, session) -> {
      if (session.presence() == Presence.THERE) {
        if (!listed.contains(id)) {
          findings.add(Kind.LOST, "not listed by RPC: " + session.opened());
        }
        good(session, Consistency.CONSISTENCY_FRESH);
        good(session, Consistency.CONSISTENCY_CACHED);
      }
      if (session.presence() == Presence.GONE) {
        if (listed.contains(id)) {
          findings.add(Kind.LOST, "listed by RPC in spite of " + session.ended());
        }
        bad(session, Consistency.CONSISTENCY_FRESH);
        bad(session, Consistency.CONSISTENCY_CACHED);
      }
    });
  }

  private Set<String> list(String userId) {
    return answer(() -> SessionServiceGrpc.newBlockingStub(site.anyServer())
            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
            .listSessions(ListSessionsRequest.newBuilder()
                .setUserId(userId)
                .setPageSize(MANY)
                .build())
            .getSessionsList())
        .orElseThrow()
        .stream()
        .map(Session::getId)
        .collect(Collectors.toSet());
  }

  private void good(ExpectedSession session, Consistency consistency) {
    Optional<String> id = answer(() -> SessionServiceGrpc.newBlockingStub(site.anyServer())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .validateSession(ValidateSessionRequest.newBuilder()
            .setSessionToken(session.opened().token())
            .setConsistency(consistency)
            .build())
        .getSession()
        .getId());
    if (!id.equals(Optional.of(session.opened().session()))) {
      findings.add(Kind.LOST, consistency + " refuses " + session.opened());
    }
  }

  private void bad(ExpectedSession session, Consistency consistency) {
    Await.until(LIMIT, "an answer", () -> ended.ask(session.opened().token(), consistency));
  }

  /** Empty if there is no such thing. */
  private <T> Optional<T> answer(Supplier<T> call) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        return Optional.of(call.get());
      } catch (StatusRuntimeException e) {
        switch (Answers.meaning(e)) {
          case NEVER -> {
            return Optional.empty();
          }
          case WRONG -> findings.add(Kind.WRONG_ANSWER, e.getStatus() + " when all is over");
          case UNKNOWN, NOT_NOW -> {}
        }
        if (System.nanoTime() > end) {
          throw e;
        }
      }
    }
  }
}
