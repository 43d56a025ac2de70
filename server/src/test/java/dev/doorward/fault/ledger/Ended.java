package dev.doorward.fault.ledger;

import dev.doorward.fault.ledger.Findings.Kind;
import dev.doorward.v1.Consistency;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Sessions whose end was acknowledged, and somebody who goes on to ask whether they are good, fault or no fault. */
final class Ended implements AutoCloseable {

  /** After which the server's memory, too, refuses. */
  static final Duration LEASE = Duration.ofSeconds(1);

  private static final int REMEMBERED = 500;
  private static final long DEADLINE_SECONDS = 3;
  private static final long PACE_NANOS = Duration.ofMillis(2).toNanos();

  private record Token(String token, long sinceNanos) {}

  private final Site site;
  private final Findings findings;
  private final ConcurrentLinkedDeque<Token> tokens = new ConcurrentLinkedDeque<>();
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicLong asked = new AtomicLong();
  private final Thread prober = new Thread(this::probe, "prober");
  private volatile boolean over;

  Ended(Site site, Findings findings) {
    this.site = site;
    this.findings = findings;
    prober.start();
  }

  void add(String token, long sinceNanos) {
    tokens.addLast(new Token(token, sinceNanos));
    if (size.incrementAndGet() > REMEMBERED) {
      tokens.pollFirst();
      size.decrementAndGet();
    }
  }

  /** How many answers there were about sessions that had ended. */
  long asked() {
    return asked.get();
  }

  @Override
  public void close() {
    over = true;
    try {
      prober.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void probe() {
    while (!over) {
      for (Token token : tokens) {
        if (!over) {
          probe(token);
          LockSupport.parkNanos(PACE_NANOS);
        }
      }
      LockSupport.parkNanos(PACE_NANOS);
    }
  }

  private void probe(Token token) {
    boolean leaseIsOver = System.nanoTime() - token.sinceNanos() > LEASE.toNanos();
    Consistency consistency = leaseIsOver && ThreadLocalRandom.current().nextBoolean()
        ? Consistency.CONSISTENCY_CACHED
        : Consistency.CONSISTENCY_FRESH;
    ask(token.token(), consistency);
  }

  /** Whether it was refused; that it is good is a finding. */
  boolean ask(String token, Consistency consistency) {
    try {
      String id = SessionServiceGrpc.newBlockingStub(site.anyServer())
          .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
          .validateSession(ValidateSessionRequest.newBuilder()
              .setSessionToken(token)
              .setConsistency(consistency)
              .build())
          .getSession()
          .getId();
      asked.incrementAndGet();
      if (accepted.add(id)) {
        findings.add(Kind.ACCEPTED_AFTER_REVOCATION, "session " + id + ", " + consistency);
      }
      return true;
    } catch (StatusRuntimeException e) {
      switch (Answers.meaning(e)) {
        case NEVER -> {
          asked.incrementAndGet();
          return true;
        }
        case WRONG -> findings.add(Kind.WRONG_ANSWER, e.getStatus() + " to a validation");
        case UNKNOWN, NOT_NOW -> {}
      }
      return false;
    }
  }
}
