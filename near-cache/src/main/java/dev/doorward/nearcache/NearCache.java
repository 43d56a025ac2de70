package dev.doorward.nearcache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Answers about session tokens, kept in memory for as long as they may be believed.
 *
 * <p><b>The guarantee.</b> A session whose revocation was acknowledged at some moment is accepted by no cache from a
 * {@link NearCacheSettings#lease lease} after that moment on, whatever is paused, cut off, restarted or late.
 *
 * <p><b>The rules.</b> V is the position in the feed of revocations, F the moment until which the cache may be believed.
 *
 * <ol>
 *   <li>Lease. A {@link #probe} notes the time t0, then asks how far the feed is. Once V has come as far, F is t0 + lease.
 *   <li>Fill. A {@link #fill} notes the time t0, then reads a session, and how far its lane of the feed was in the same
 *       snapshot. The answer is kept only if V has not gone past that; until t0 + the least of the session's own rest and
 *       the entry lifetime.
 *   <li>Hit. Only if F, read before the entry is looked up, and the entry's end both lie ahead by a clock that is read
 *       after.
 *   <li>Revocation. {@link #apply} evicts first, then advances V. {@link #reset} clears everything, F too, and fills that
 *       had begun before it are not kept.
 * </ol>
 *
 * <p><b>Why.</b> A hit at t needs F > t, hence a probe that was sent after t - lease. If that is after the
 * acknowledgement, the probe's answer includes the revocation; V had come as far before F was set, and F was read before
 * the entry was looked up, so the entry that the revocation evicts was gone by then. And whatever was filled since was
 * read from a snapshot that includes the revocation, or is refused by rule 2.
 *
 * <p>Hits wait for no lock. Safe for use by many threads.
 *
 * @param <V> what is answered about a session that is good
 */
public final class NearCache<V> {

  /** How often Caffeine hears that an entry is in use: telling it costs several times what a lookup does. */
  private static final long TOUCH_NANOS = Duration.ofSeconds(5).toNanos();

  private final NearCacheSettings settings;
  private final LongSupplier clock;
  private final Rules rules;

  /** What hits look into: a look through Caffeine takes twice as long, for there is more between it and the entry. */
  private final ConcurrentHashMap<TokenKey, Entry<V>> entries = new ConcurrentHashMap<>();

  /** The same entries once more, of which Caffeine says which have to leave. */
  private final Cache<TokenKey, Entry<V>> bound;

  private final EntriesByUser<V> byUser = new EntriesByUser<>();
  private final Cache<TokenKey, Absence> absences;

  private final Object lock = new Object();
  private final Lease lease;
  private final long[] position = new long[Position.LANES];
  private final long[] forgottenNanos = new long[Position.LANES];
  private String epoch = "";
  private volatile long generation;
  private volatile long applied;
  private volatile long latelyNanos;

  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder fills = new LongAdder();
  private final LongAdder fillsRefused = new LongAdder();
  private final LongAdder revocations = new LongAdder();
  private final LongAdder evictions = new LongAdder();

  /** A token that is no good, as long as nothing has happened since. */
  private record Absence(long applied, long endNanos) {}

  /**
   * An empty cache, which may not be believed yet.
   *
   * @param settings how it is set up
   */
  public NearCache(NearCacheSettings settings) {
    this(settings, System::nanoTime, Rules.SOUND);
  }

  NearCache(NearCacheSettings settings, LongSupplier clock, Rules rules) {
    this.settings = settings;
    this.clock = clock;
    this.rules = rules;
    long now = clock.getAsLong();
    this.lease = new Lease(settings.lease().toNanos(), rules, now);
    this.latelyNanos = now;
    this.bound = bounded(settings.maxEntries(), settings.entryLifetime())
        .<TokenKey, Entry<V>>evictionListener((key, entry, cause) -> unlink(entry))
        .build();
    this.absences = bounded(Math.max(1, settings.maxEntries() / 8), settings.absentLifetime())
        .build();
    Arrays.fill(forgottenNanos, now - 1);
  }

  private Caffeine<Object, Object> bounded(int size, Duration lifetime) {
    // What is too old to be answered is judged at every hit. Caffeine's expiry only gives memory
    // back, so a clock that is a little late will do, and a second more, for it may count one less.
    // All of its work is done by the calling threads, for a library starts none without need.
    return Caffeine.newBuilder()
        .maximumSize(size)
        .expireAfterWrite(lifetime.plusSeconds(1))
        .ticker(() -> latelyNanos)
        .executor(Runnable::run);
  }

  /**
   * What is known about a token.
   *
   * @param key the token's key
   * @return the answer; empty if there is none that may be believed
   */
  public Optional<V> get(TokenKey key) {
    long believedUntil = lease.endNanos(); // Read before the entry, or a thread that is paused in
    // between could take an entry from before its eviction for one that a later lease covers.
    Entry<V> entry = entries.get(key);
    if (entry != null) {
      long now = clock.getAsLong();
      if (now - believedUntil < 0 && now - entry.endNanos < 0) {
        hits.increment();
        if (now - entry.touchedNanos > TOUCH_NANOS) {
          entry.touchedNanos = now;
          bound.getIfPresent(key);
        }
        return Optional.of(entry.answer);
      }
    }
    misses.increment();
    return Optional.empty();
  }

  /**
   * Whether a token is known to be no good. To be asked only after {@link #get}.
   *
   * @param key the token's key
   * @return true if it was no good a moment ago, and nothing has happened since; false if that is not known
   */
  public boolean isAbsent(TokenKey key) {
    long believedUntil = lease.endNanos();
    Absence absence = absences.getIfPresent(key);
    if (absence != null && absence.applied() == applied) {
      long now = clock.getAsLong();
      if (now - believedUntil < 0 && now - absence.endNanos() < 0) {
        hits.increment();
        misses.decrement(); // As which it was counted when the entry was not found.
        return true;
      }
    }
    return false;
  }

  /**
   * Begins to fill in the answer about a token: before it is asked for.
   *
   * @param key the token's key
   * @return what takes the answer
   */
  public Fill fill(TokenKey key) {
    return new Fill(key);
  }

  /**
   * Begins to ask how far the feed is: before it is asked.
   *
   * @return what takes the answer
   */
  public Probe probe() {
    return new Probe();
  }

  /**
   * How long a lease lasts.
   *
   * @return what the settings say, or less if that is all that was allowed
   */
  public Duration lease() {
    return Duration.ofNanos(lease.lengthNanos());
  }

  /**
   * Takes no longer leases than this from now on.
   *
   * @param longest what whoever acknowledges revocations allows
   */
  public void limitLease(Duration longest) {
    synchronized (lock) {
      lease.limit(longest.toNanos());
    }
  }

  /**
   * Forgets everything, and goes on from a position in the feed.
   *
   * @param at the position from which revocations will be applied
   */
  public void reset(Position at) {
    synchronized (lock) {
      lease.end(clock.getAsLong());
      generation++;
      applied++;
      entries.clear();
      bound.invalidateAll();
      byUser.clear();
      absences.invalidateAll();
      epoch = at.epoch();
      for (int lane = 0; lane < Position.LANES; lane++) {
        position[lane] = at.seq(lane);
      }
    }
  }

  /**
   * Applies the next revocation of a lane. One that was applied before does no harm.
   *
   * @param lane its lane
   * @param seq its number within the lane
   * @param revoked what must leave
   * @return false if a number is missing before it: nothing was applied then, and a {@link #reset} is due
   */
  public boolean apply(int lane, long seq, Revoked revoked) {
    synchronized (lock) {
      if (!rules.isNext(position[lane], seq)) {
        return false;
      }
      evict(revoked);
      applied++;
      if (seq > position[lane]) {
        position[lane] = seq;
        lease.reached(position, clock.getAsLong());
      }
      revocations.increment();
      return true;
    }
  }

  /**
   * Takes note of a sign of life from the feed. It extends no lease: that nothing comes is no proof that nothing was
   * revoked.
   */
  public void heartbeat() {
    if (rules.isHeartbeatProof()) {
      probe().answered(position());
    }
  }

  /**
   * Evicts what this very process has just revoked, ahead of the feed: from now on neither what was kept nor what is
   * being filled in from before is answered here.
   *
   * @param lane the user's lane
   * @param revoked what must leave
   */
  public void forget(int lane, Revoked revoked) {
    synchronized (lock) {
      forgottenNanos[lane] = clock.getAsLong();
      evict(revoked);
      applied++;
    }
  }

  /**
   * How far the feed has been applied.
   *
   * @return V
   */
  public Position position() {
    synchronized (lock) {
      return Position.of(epoch, position);
    }
  }

  /**
   * What the cache has done, and how it is.
   *
   * @return the figures of this moment
   */
  public NearCacheStats stats() {
    return new NearCacheStats(
        hits.sum(),
        misses.sum(),
        fills.sum(),
        fillsRefused.sum(),
        revocations.sum(),
        evictions.sum(),
        generation,
        entries.mappingCount(),
        Duration.ofNanos(Math.max(0, lease.endNanos() - clock.getAsLong())),
        Duration.ofNanos(lease.lagNanos()));
  }

  /** Whether no entry is linked to a user any more. */
  boolean isUnlinked() {
    return byUser.isEmpty();
  }

  private void evict(Revoked revoked) {
    for (Entry<V> entry : byUser.of(revoked.userId(), entry -> revoked.concerns(entry.sessionId))) {
      leave(entry);
      evictions.increment();
    }
  }

  /** Only with the lock, so that there is no newer entry of the same token that would leave in its place. */
  private void leave(Entry<V> entry) {
    unlink(entry);
    bound.asMap().remove(entry, entry);
  }

  /** From where hits and revocations find it. */
  private void unlink(Entry<V> entry) {
    entries.computeIfPresent(entry, (key, present) -> present == entry ? null : present);
    byUser.remove(entry);
  }

  /** The time, which is noted for those who need not know it exactly. */
  private long nowNanos() {
    long now = clock.getAsLong();
    latelyNanos = now;
    return now;
  }

  /** An answer that is being asked for. */
  public final class Fill {

    private final TokenKey key;
    private final long generationBefore = generation;
    private final long appliedBefore = applied;
    private final long startNanos = nowNanos();

    private Fill(TokenKey key) {
      this.key = key;
    }

    /**
     * Keeps the answer about a session that is good, unless a revocation has overtaken it.
     *
     * @param answer what to answer
     * @param userId whose session
     * @param sessionId which session
     * @param lane the user's lane
     * @param asOf how far that lane was, in the snapshot that the session was read from
     * @param expiresIn how long the session is good
     * @return whether it was kept; if not, it is still a right answer to whoever asked before
     */
    public boolean good(
        V answer, String userId, String sessionId, int lane, long asOf, Duration expiresIn) {
      Duration rest =
          expiresIn.compareTo(settings.entryLifetime()) < 0 ? expiresIn : settings.entryLifetime();
      Entry<V> entry =
          new Entry<>(key, userId, sessionId, answer, startNanos, startNanos + rest.toNanos());
      synchronized (lock) {
        if (generation != generationBefore
            || rules.isOvertaken(position[lane], asOf)
            || startNanos - forgottenNanos[lane] <= 0) {
          fillsRefused.increment();
          return false;
        }
        byUser.add(entry);
        Entry<V> former = entries.get(key);
        if (former != null) {
          leave(former); // Or the maps would go on with the key that they know, which is the former
          // entry.
        }
        entries.put(entry, entry);
        bound.put(entry, entry); // Last, for it may have to leave at once.
      }
      fills.increment();
      return true;
    }

    /** Keeps for a moment that the token is no good, if that is wanted at all. */
    public void absent() {
      if (!settings.absentLifetime().isZero()) {
        absences.put(
            key,
            new Absence(appliedBefore, startNanos + settings.absentLifetime().toNanos()));
      }
    }
  }

  /** A question how far the feed is. */
  public final class Probe {

    private final long askedNanos = nowNanos();

    private Probe() {}

    /**
     * Extends the lease as soon as the feed has been applied as far as this.
     *
     * @param head how far the feed was at some moment after the question
     */
    public void answered(Position head) {
      synchronized (lock) {
        if (head.epoch().equals(epoch)) {
          long now = clock.getAsLong();
          lease.request(rules.leaseStart(askedNanos, now), head);
          lease.reached(position, now);
        }
      }
    }
  }
}
