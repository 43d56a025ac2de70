package dev.doorward.nearcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** Threads that fill in, hit, revoke and reset at once, in a cache that is too small and too short-lived for all there is. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NearCacheRaceTest {

  private static final int ROUNDS = 3;
  private static final int THREADS = 4;
  private static final int TURNS = 20_000;
  private static final int TURNS_PER_REVOCATION = 10;
  private static final int TURNS_PER_RESET = 100;
  private static final int USERS = 4;
  private static final int SESSIONS = 96;
  private static final int ENTRIES = 64;
  private static final int LANE = 5;

  /** In readings of the clock, each of which is a nanosecond after the one before. */
  private static final Duration ENTRY_LIFETIME = Duration.ofSeconds(2);

  private static final long NANOS_BETWEEN_READINGS = Duration.ofMillis(1).toNanos();

  /** A session, and what is known of its end. */
  private static final class Session {

    final String id;
    final String userId;
    final TokenKey key;
    boolean revoked; // Guarded by the log.
    volatile boolean refused; // From when on no thread may be told that it is good.

    Session(int number) {
      this.id = "session " + number;
      this.userId = "user " + number % USERS;
      this.key = TokenKey.of(id);
    }
  }

  private final AtomicLong clock = new AtomicLong();
  private final NearCache<Session> cache = new NearCache<>(
      new NearCacheSettings(Duration.ofDays(365), ENTRY_LIFETIME, Duration.ofSeconds(1), ENTRIES),
      () -> clock.addAndGet(NANOS_BETWEEN_READINGS),
      Rules.SOUND);
  private final List<Session> log = new ArrayList<>(); // The number of each is its place, from 1.
  private final AtomicReferenceArray<Session> sessions = new AtomicReferenceArray<>(SESSIONS);
  private final AtomicReferenceArray<Session> former = new AtomicReferenceArray<>(SESSIONS);
  private final AtomicInteger numbers = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @RepeatedTest(ROUNDS)
  void whatWasRevokedIsNeverAnsweredAndEveryEntryIsLinked() throws Exception {
    for (int slot = 0; slot < SESSIONS; slot++) {
      renew(slot);
    }
    cache.reset(position(0));
    running.set(THREADS);

    Future<Void> feed = threads.submit(() -> follow(new SplittableRandom(THREADS)));
    together(this::use);
    feed.get();
    together(this::ask); // No revocation and no reset may tidy up any more.

    assertThat(cache.stats().hits()).isPositive();
    assertLinksAreExact();
  }

  private void together(Consumer<SplittableRandom> work) throws Exception {
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      SplittableRandom random = new SplittableRandom(i);
      all.add(threads.submit(() -> work.accept(random)));
    }
    for (Future<?> one : all) {
      one.get();
    }
  }

  /** Every user of the cache: asks, fills in what it lacks, and revokes here and there. */
  private void use(SplittableRandom random) {
    try {
      for (int turn = 0; turn < TURNS; turn++) {
        int slot = random.nextInt(SESSIONS);
        Session session = (random.nextInt(4) == 0 ? former : sessions).get(slot);
        ask(session);
        if (random.nextInt(TURNS_PER_REVOCATION) == 0) {
          Session revoked = renew(slot);
          if (random.nextBoolean()) {
            revokeHere(revoked);
          }
        }
      }
    } finally {
      running.decrementAndGet();
    }
  }

  private void ask(SplittableRandom random) {
    for (int turn = 0; turn < TURNS; turn++) {
      ask(sessions.get(random.nextInt(SESSIONS)));
    }
  }

  private void ask(Session session) {
    boolean refused = session.refused;
    boolean accepted = cache.get(session.key).isPresent();
    assertThat(refused && accepted)
        .as("%s is accepted after its end", session.id)
        .isFalse();
    if (!accepted && !cache.isAbsent(session.key)) {
      fillIn(session);
    }
  }

  private void fillIn(Session session) {
    NearCache<Session>.Fill fill = cache.fill(session.key);
    boolean good;
    int asOf;
    synchronized (log) {
      good = !session.revoked;
      asOf = log.size();
    }
    if (good) {
      fill.good(session, session.userId, session.id, LANE, asOf, Duration.ofDays(1));
    } else {
      fill.absent();
    }
  }

  /** Puts a new session into the slot, and revokes the one that was there. */
  private Session renew(int slot) {
    Session revoked = sessions.getAndSet(slot, new Session(numbers.incrementAndGet()));
    if (revoked == null) {
      former.set(slot, sessions.get(slot));
      return null;
    }
    former.set(slot, revoked);
    synchronized (log) {
      revoked.revoked = true;
      log.add(revoked);
    }
    return revoked;
  }

  private void revokeHere(Session session) {
    cache.forget(LANE, Revoked.one(session.userId, session.id));
    session.refused = true;
  }

  /** The feed: applies in order, some twice, and begins anew now and then, behind or ahead. */
  private Void follow(SplittableRandom random) {
    int applied = 0;
    while (running.get() > 0 || applied < head()) {
      int head = head();
      if (applied < head && random.nextInt(TURNS_PER_RESET) == 0) {
        applied = random.nextInt(Math.max(0, applied - 3), head + 1);
        cache.reset(position(applied));
        refuse(applied);
      } else if (applied < head) {
        applied++;
        apply(applied);
        refuse(applied);
        apply(random.nextInt(1, applied + 1));
      }
      cache.probe().answered(position(head));
    }
    return null;
  }

  private int head() {
    synchronized (log) {
      return log.size();
    }
  }

  private Session revokedAs(int seq) {
    synchronized (log) {
      return log.get(seq - 1);
    }
  }

  private void apply(int seq) {
    Session session = revokedAs(seq);
    assertThat(cache.apply(LANE, seq, Revoked.one(session.userId, session.id))).isTrue();
    assertThat(cache.get(session.key)).as("just applied").isEmpty();
  }

  private void refuse(int upTo) {
    for (int seq = upTo; seq > 0 && !revokedAs(seq).refused; seq--) {
      revokedAs(seq).refused = true;
    }
  }

  private void assertLinksAreExact() {
    long entries = cache.stats().entries();
    long evicted = cache.stats().evictions();
    assertThat(entries).isPositive();

    for (int user = 0; user < USERS; user++) {
      cache.forget(LANE, Revoked.all("user " + user));
    }

    assertThat(cache.stats().entries()).isZero();
    assertThat(cache.stats().evictions() - evicted).as("links").isEqualTo(entries);
    assertThat(cache.isUnlinked()).isTrue();
  }

  private static Position position(long seq) {
    List<Long> seqs = new ArrayList<>(Collections.nCopies(Position.LANES, 0L));
    seqs.set(LANE, seq);
    return Position.of("epoch", seqs);
  }
}
