package dev.doorward.client.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.client.guarantee.PolledSession.Poll;
import dev.doorward.testing.Await;
import dev.doorward.testing.Signal;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Session;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A client process that polls, and sessions that come and are revoked all the while: one every 50 milliseconds, so that
 * whatever befalls the client, some revocation comes at the worst moment. Some sessions are never revoked.
 */
final class Trial implements AutoCloseable {

  /** What the client says of its near cache. */
  private record CacheState(
      long nanos, long wallClockMillis, long hits, long leaseLeftNanos, long resets) {}

  /** For what a busy machine may take its time with. */
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** For a server that may have been stopped while it was asked. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int KEPT = 8;
  private static final int LIVING = 75;

  /** Sessions that are left to be revoked during a fault, for while nobody can be reached no new one is accepted. */
  private static final int RESERVE = 60;

  private static final long PACE_NANOS = Duration.ofMillis(50).toNanos();

  private final Cluster cluster;
  private final Duration lease;
  private final List<PolledSession> sessions = new CopyOnWriteArrayList<>();
  private final Thread fate = new Thread(this::comeAndGo, "fate");
  private final JavaProcess client;
  private volatile boolean reserveIsNeeded;
  private volatile boolean over;
  private volatile CacheState state;
  private volatile String otherLine = "";

  /** Returns when the client answers from memory, and sessions are being revoked. */
  Trial(Cluster cluster, Client settings) {
    this.cluster = cluster;
    this.lease = settings.lease();
    long before = System.nanoTime();
    this.client = JavaProcess.start(
        cluster.options(),
        PollingClient.class,
        settings.arguments(cluster.target(), TestServer.sharedKey()),
        settings.environment(),
        this::hear);
    try {
      await("the client speaks", () -> state != null || !client.isAlive());
      assertThat(state).as(otherLine).isNotNull();
      assertThat(state.nanos())
          .as("the client's monotonic clock, which is to be this process's")
          .isBetween(before, System.nanoTime());
      for (int i = 0; i < KEPT + LIVING; i++) {
        open(cluster.anyServer().orElseThrow(), LIMIT, i < KEPT);
      }
      awaitMemory();
    } catch (Throwable e) {
      client.kill();
      throw e;
    }
    fate.setDaemon(true);
    fate.start();
  }

  Cluster cluster() {
    return cluster;
  }

  Duration lease() {
    return lease;
  }

  void signal(Signal signal) {
    client.send(signal);
  }

  long wallClockMillis() {
    return state.wallClockMillis();
  }

  /** Until, from now on, a lease is held, memory has answered about every session that is kept, and the reserve is full. */
  void awaitMemory() {
    long now = System.nanoTime();
    long hits = hits();
    await(
        "the client answers from memory",
        () -> hits() > hits + 10L * KEPT
            && state.leaseLeftNanos() > 0
            && kept().allMatch(session -> session.wasAcceptedAfter(now))
            && living().filter(PolledSession::wasAccepted).count() >= RESERVE);
  }

  void awaitCannotTell() {
    long now = System.nanoTime();
    await(
        "the client cannot tell",
        () -> kept()
            .allMatch(session -> session.saw(Outcome.CANNOT_TELL, poll -> poll.beganAfter(now))));
  }

  /** Until so many sessions more were revoked. */
  void awaitRevoked(int count) {
    long now = System.nanoTime();
    awaitRevoked(count, session -> session.wasAcknowledgedAfter(now));
  }

  /** Until so many sessions more were revoked, a lease ago. */
  void awaitOverdue(int count) {
    long now = System.nanoTime();
    awaitRevoked(count, session -> session.wasAcknowledgedAfter(now) && session.isOverdue(lease));
  }

  private void awaitRevoked(int count, Predicate<PolledSession> wanted) {
    reserveIsNeeded = true;
    await(
        count + " sessions more are revoked",
        () -> sessions.stream().filter(wanted).count() >= count);
    reserveIsNeeded = false;
  }

  /** Whether a session that is kept got this answer to some such poll. */
  boolean saw(Outcome outcome, Predicate<Poll> when) {
    return kept().anyMatch(session -> session.saw(outcome, when));
  }

  /** Ends it, once every revoked session has been asked about when it was overdue. */
  void finish() {
    over = true;
    await("the last revocation has returned", () -> !fate.isAlive());
    await(
        "every revoked session has been asked about when it was overdue",
        () -> acknowledged().allMatch(session -> session.wasPolledWhenOverdue(lease)));
    assertThat(acknowledged()).as("revoked sessions").hasSizeGreaterThan(RESERVE / 4);
    assertThat(saw(Outcome.REFUSED, poll -> true))
        .as("whether a session that is good was refused")
        .isFalse();
  }

  /** How long after its acknowledged revocation each was accepted that was accepted later than a lease. */
  List<Duration> acceptedTooLate() {
    return acknowledged()
        .map(session -> session.acceptedTooLate(lease))
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public void close() {
    over = true;
    await("the last revocation has returned", () -> !fate.isAlive());
    client.kill();
  }

  private void await(String what, BooleanSupplier condition) {
    try {
      Await.until(LIMIT, what, condition);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; " + this, e);
    }
  }

  private long hits() {
    return state.hits();
  }

  @Override
  public String toString() {
    return sessions.size() + " sessions, "
        + sessions.stream().filter(PolledSession::wasAccepted).count() + " accepted, "
        + acknowledged().count() + " revoked; " + state + "; "
        + (fate.isAlive() ? "going on" : "at an end") + "; " + otherLine;
  }

  private Stream<PolledSession> kept() {
    return sessions.stream().filter(PolledSession::isKept);
  }

  /** Those that will be revoked. */
  private Stream<PolledSession> living() {
    return sessions.stream().filter(session -> !session.isKept() && !session.isAcknowledged());
  }

  private Stream<PolledSession> acknowledged() {
    return sessions.stream().filter(PolledSession::isAcknowledged);
  }

  private void comeAndGo() {
    while (!over) {
      cluster.anyServer().ifPresent(server -> {
        try {
          step(server);
        } catch (StatusRuntimeException e) {
          // Nobody knows whether that has happened: the same session is tried again.
        }
      });
      LockSupport.parkNanos(PACE_NANOS);
    }
  }

  private void step(ServerProcess server) {
    List<PolledSession> accepted = living().filter(PolledSession::wasAccepted).toList();
    if (accepted.size() > RESERVE || (reserveIsNeeded && !accepted.isEmpty())) {
      server.revoke(accepted.get(0).session(), PATIENCE);
      accepted.get(0).acknowledged();
    }
    if (living().count() < LIVING) {
      open(server, PATIENCE, false);
    }
  }

  private void open(ServerProcess server, Duration patience, boolean kept) {
    Session session = server.openSession(patience);
    sessions.add(new PolledSession(session, kept));
    client.writeLine(session.getSessionToken());
  }

  private void hear(String line) {
    String[] words = line.split(" ");
    if (words.length == 6 && words[0].equals("S")) {
      state = new CacheState(
          Long.parseLong(words[1]),
          Long.parseLong(words[2]),
          Long.parseLong(words[3]),
          Long.parseLong(words[4]),
          Long.parseLong(words[5]));
    } else if (words.length == 4 && Character.isDigit(line.charAt(0))) {
      sessions
          .get(Integer.parseInt(words[2]))
          .hear(new Poll(
              Long.parseLong(words[0]), Long.parseLong(words[1]), Outcome.valueOf(words[3])));
    } else {
      otherLine = line;
    }
  }
}
