package dev.doorward.nearcache;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The protocol between the log of revocations and the caches that follow it, made small enough for everything that can
 * happen to be tried: one lane, one session that some caches may hold, and other revocations in its lane. What is under
 * way may take any time or be lost, and a thread may pause anywhere.
 *
 * <p>No state knows the time, only how long ago something was, and whatever is a lease ago is just long ago. So time has no
 * end in here. An entry has no end either, for the bound does not hang on it. What a cache loses by asking twice at a time
 * is nothing: a hit goes by one lease and one entry, hence by one probe and one fill.
 *
 * <p>{@link Replay} does each step to a {@link NearCache}.
 */
final class Protocol {

  /** What a protocol may get wrong. */
  enum Fault {
    NONE,
    /** A heartbeat extends the lease. */
    LEASE_BY_HEARTBEAT,
    /** A lease counts from when the head arrives, not from when it was asked for. */
    LEASE_FROM_REPLY,
    /** A lease does not wait for V to have come as far as the head. */
    LEASE_BEFORE_CAUGHT_UP,
    /** The head may have been read before it was asked for, as on a replica. */
    HEAD_FROM_BEFORE,
    /** An answer is kept although V has gone past its snapshot. */
    UNFENCED_FILL,
    /** A snapshot's number is read after the row. */
    NUMBER_FROM_LATER_SNAPSHOT,
    /** V is advanced before the entry is evicted. */
    ADVANCE_BEFORE_EVICT,
    /** An answer may be put between an eviction and the advance of V. */
    FILL_WITHIN_EVENT,
    /** The feed passes over a number, as a cursor over an auto-increment column does. */
    HOLE_IN_FEED,
    /** A hit looks the entry up before it reads the lease. */
    LOOK_UP_BEFORE_LEASE
  }

  /** What happens. Each is one step: nothing else happens meanwhile. */
  enum Act {
    TIME_PASSES("a tick of time passes"),
    REVOKE("the session is revoked, and that is acknowledged, under number"),
    REVOKE_OTHER("another session of the lane is revoked, under number"),
    ASK_HEAD("asks how far the feed is"),
    READ_HEAD("has its question answered with number"),
    HEAD_ARRIVES("gets the answer to its question"),
    HEARTBEAT("gets a heartbeat"),
    ASK_SESSION("asks for the session"),
    READ_SESSION("has the session read, which is good, in a snapshot as of number"),
    READ_NUMBER("has the lane read, which is at number"),
    SESSION_ARRIVES("gets the answer about the session"),
    APPLY("applies the revocation of number"),
    BEGIN_APPLY("applies the first half of the revocation of number"),
    END_APPLY("applies the second half of the revocation of number"),
    APPLY_PAST("passes over a number, and applies the revocation of number"),
    APPLY_AGAIN("applies once more the revocation of number"),
    RESET("forgets everything, and goes on from number"),
    READ_LEASE("begins a hit: reads the lease"),
    LOOK_UP("goes on with the hit: finds the entry"),
    HIT("accepts the session");

    private final String words;

    Act(String words) {
      this.words = words;
    }
  }

  /**
   * An act, by whom, and with which number.
   *
   * @param cache -1 if by none
   * @param number -1 if without
   */
  record Step(Act act, int cache, int number) {

    @Override
    public String toString() {
      return (cache < 0 ? "" : "cache " + (cache + 1) + " ")
          + act.words
          + (number < 0 ? "" : " " + number);
    }
  }

  /** How far an answer is on its way. */
  enum Way {
    NONE,
    ASKED,
    HALF_READ,
    READ,
    WAITING
  }

  /** A question for the head, asked so long ago. */
  record Probe(Way way, int head, int ago) {
    static final Probe NONE = new Probe(Way.NONE, 0, 0);
  }

  /** A question for the session. */
  record Fill(Way way, int asOf) {
    static final Fill NONE = new Fill(Way.NONE, 0);
  }

  /** A hit that has begun, with what is left of the lease that it has read, and what it has found. */
  record Hit(boolean found, int leaseLeft) {
    static final Hit NONE = new Hit(false, 0);
  }

  /**
   * A cache.
   *
   * @param position V
   * @param leaseLeft F, from now
   * @param holds whether it has an entry of the session
   * @param applying whether it is between the two halves of a revocation
   */
  record Cache(
      int position,
      int leaseLeft,
      boolean holds,
      boolean applying,
      Probe probe,
      Fill fill,
      Hit hit) {

    Cache at(int value) {
      return new Cache(value, leaseLeft, holds, applying, probe, fill, hit);
    }

    Cache leased(int value) {
      return new Cache(position, Math.max(leaseLeft, value), holds, applying, probe, fill, hit);
    }

    Cache holding(boolean value) {
      return new Cache(position, leaseLeft, value, applying, probe, fill, hit);
    }

    Cache applying(boolean value) {
      return new Cache(position, leaseLeft, holds, value, probe, fill, hit);
    }

    Cache with(Probe value) {
      return new Cache(position, leaseLeft, holds, applying, value, fill, hit);
    }

    Cache with(Fill value) {
      return new Cache(position, leaseLeft, holds, applying, probe, value, hit);
    }

    Cache with(Hit value) {
      return new Cache(position, leaseLeft, holds, applying, probe, fill, value);
    }
  }

  /**
   * Everything there is.
   *
   * @param head the last number of the log
   * @param revokedAs the number under which the session is revoked; 0 while it is not
   * @param revokedAgo how long ago
   */
  record State(int head, int revokedAs, int revokedAgo, List<Cache> caches) {

    State with(int index, Cache cache) {
      List<Cache> changed = new ArrayList<>(caches);
      changed.set(index, cache);
      return new State(head, revokedAs, revokedAgo, List.copyOf(changed));
    }
  }

  private final Fault fault;
  private final int cacheCount;
  private final int lease;
  private final int otherRevocations;
  private final boolean paused;

  /**
   * A protocol.
   *
   * @param lease in ticks
   * @param otherRevocations how many there may be beside the session's own
   * @param paused whether threads pause within a hit and within a revocation
   */
  Protocol(Fault fault, int cacheCount, int lease, int otherRevocations, boolean paused) {
    this.fault = fault;
    this.cacheCount = cacheCount;
    this.lease = lease;
    this.otherRevocations = otherRevocations;
    this.paused = paused;
  }

  State start() {
    Cache empty = new Cache(0, 0, false, false, Probe.NONE, Fill.NONE, Hit.NONE);
    return new State(0, 0, 0, Collections.nCopies(cacheCount, empty));
  }

  /** Whether the step accepts the session so long after its revocation was acknowledged, or longer. */
  static boolean isAcceptedAfter(int ticks, State before, Step step) {
    return step.act() == Act.HIT && before.revokedAs() > 0 && before.revokedAgo() >= ticks;
  }

  /** Each step that may come next, and what it leads to. */
  void forEachStep(State state, BiConsumer<Step, State> next) {
    next.accept(new Step(Act.TIME_PASSES, -1, -1), later(state));
    if (state.revokedAs() == 0) {
      int number = state.head() + 1;
      next.accept(new Step(Act.REVOKE, -1, number), new State(number, number, 0, state.caches()));
    }
    if (state.head() - (state.revokedAs() > 0 ? 1 : 0) < otherRevocations) {
      int number = state.head() + 1;
      next.accept(
          new Step(Act.REVOKE_OTHER, -1, number),
          new State(number, state.revokedAs(), state.revokedAgo(), state.caches()));
    }
    for (int i = 0; i < cacheCount; i++) {
      int index = i;
      forEachStep(
          state,
          state.caches().get(i),
          (act, number, cache) ->
              next.accept(new Step(act, index, number), state.with(index, cache)));
    }
  }

  private interface CacheSteps {
    void accept(Act act, int number, Cache next);

    default void accept(Act act, Cache next) {
      accept(act, -1, next);
    }
  }

  private void forEachStep(State state, Cache cache, CacheSteps next) {
    probe(state, cache, next);
    fill(state, cache, next);
    follow(state, cache, next);
    hit(cache, next);
  }

  /** Rule 1: the lease. */
  private void probe(State state, Cache cache, CacheSteps next) {
    Probe probe = cache.probe();
    if (probe.way() != Way.WAITING) { // By the time the next one is through, this one is, too.
      next.accept(Act.ASK_HEAD, cache.with(new Probe(Way.ASKED, 0, 0)));
    }
    if (probe.way() == Way.ASKED) {
      int first = fault == Fault.HEAD_FROM_BEFORE ? 0 : state.head();
      for (int head = first; head <= state.head(); head++) {
        next.accept(Act.READ_HEAD, head, cache.with(new Probe(Way.READ, head, probe.ago())));
      }
    }
    if (probe.way() == Way.READ && !cache.applying()) {
      int ago = fault == Fault.LEASE_FROM_REPLY ? 0 : probe.ago();
      next.accept(
          Act.HEAD_ARRIVES, caughtUp(cache.with(new Probe(Way.WAITING, probe.head(), ago))));
    }
    if (fault == Fault.LEASE_BY_HEARTBEAT) {
      next.accept(Act.HEARTBEAT, cache.leased(lease));
    }
  }

  private Cache caughtUp(Cache cache) {
    Probe probe = cache.probe();
    boolean due = probe.way() == Way.WAITING
        && (cache.position() >= probe.head() || fault == Fault.LEASE_BEFORE_CAUGHT_UP);
    return due ? cache.leased(lease - probe.ago()).with(Probe.NONE) : cache;
  }

  /** Rule 2: the fill. */
  private void fill(State state, Cache cache, CacheSteps next) {
    Fill fill = cache.fill();
    next.accept(Act.ASK_SESSION, cache.with(new Fill(Way.ASKED, 0)));
    if (fill.way() == Way.ASKED && state.revokedAs() == 0) {
      Way way = fault == Fault.NUMBER_FROM_LATER_SNAPSHOT ? Way.HALF_READ : Way.READ;
      next.accept(Act.READ_SESSION, state.head(), cache.with(new Fill(way, state.head())));
    }
    if (fill.way() == Way.HALF_READ) {
      next.accept(Act.READ_NUMBER, state.head(), cache.with(new Fill(Way.READ, state.head())));
    }
    if (fill.way() == Way.READ && (!cache.applying() || fault == Fault.FILL_WITHIN_EVENT)) {
      boolean kept = cache.position() <= fill.asOf() || fault == Fault.UNFENCED_FILL;
      next.accept(Act.SESSION_ARRIVES, cache.holding(cache.holds() || kept).with(Fill.NONE));
    }
  }

  /** Rule 4: revocations, in order, and resets to wherever some server may be. */
  private void follow(State state, Cache cache, CacheSteps next) {
    int number = cache.position() + 1;
    if (cache.applying()) {
      if (fault == Fault.ADVANCE_BEFORE_EVICT) {
        int begun = cache.position();
        next.accept(Act.END_APPLY, begun, evicted(state, cache, begun).applying(false));
      } else {
        next.accept(Act.END_APPLY, number, caughtUp(cache.at(number)).applying(false));
      }
      return;
    }
    if (number <= state.head()) {
      if (paused) {
        Cache half = fault == Fault.ADVANCE_BEFORE_EVICT
            ? caughtUp(cache.at(number))
            : evicted(state, cache, number);
        next.accept(Act.BEGIN_APPLY, number, half.applying(true));
      } else {
        next.accept(Act.APPLY, number, caughtUp(evicted(state, cache, number).at(number)));
      }
      if (fault == Fault.HOLE_IN_FEED && number < state.head()) {
        int after = number + 1;
        next.accept(Act.APPLY_PAST, after, caughtUp(evicted(state, cache, after).at(after)));
      }
    }
    for (int again = 1; again <= cache.position(); again++) {
      next.accept(Act.APPLY_AGAIN, again, evicted(state, cache, again));
    }
    for (int from = 0; from <= state.head(); from++) {
      Probe underWay = cache.probe().way() == Way.WAITING ? Probe.NONE : cache.probe();
      next.accept(
          Act.RESET, from, new Cache(from, 0, false, false, underWay, Fill.NONE, cache.hit()));
    }
  }

  private static Cache evicted(State state, Cache cache, int number) {
    return number == state.revokedAs() ? cache.holding(false) : cache;
  }

  /** Rule 3: the hit. Its last step reads the clock. */
  private void hit(Cache cache, CacheSteps next) {
    if (!paused) {
      if (cache.holds() && cache.leaseLeft() > 0) {
        next.accept(Act.HIT, cache);
      }
      return;
    }
    Hit hit = cache.hit();
    if (fault == Fault.LOOK_UP_BEFORE_LEASE) {
      if (cache.holds()) {
        next.accept(Act.LOOK_UP, cache.with(new Hit(true, 0)));
      }
      if (hit.found() && hit.leaseLeft() == 0 && cache.leaseLeft() > 0) {
        next.accept(Act.READ_LEASE, cache.with(new Hit(true, cache.leaseLeft())));
      }
    } else {
      if (cache.leaseLeft() > 0) {
        next.accept(Act.READ_LEASE, cache.with(new Hit(false, cache.leaseLeft())));
      }
      if (hit.leaseLeft() > 0 && !hit.found() && cache.holds()) {
        next.accept(Act.LOOK_UP, cache.with(new Hit(true, hit.leaseLeft())));
      }
    }
    if (hit.found() && hit.leaseLeft() > 0) {
      next.accept(Act.HIT, cache.with(Hit.NONE));
    }
  }

  private State later(State state) {
    List<Cache> caches = state.caches().stream().map(this::later).toList();
    int ago = state.revokedAs() == 0 ? 0 : Math.min(lease, state.revokedAgo() + 1);
    return new State(state.head(), state.revokedAs(), ago, caches);
  }

  private Cache later(Cache cache) {
    Probe probe = cache.probe();
    Probe older = probe.way() == Way.NONE
        ? probe
        : new Probe(probe.way(), probe.head(), Math.min(lease, probe.ago() + 1));
    Hit hit = cache.hit();
    Hit shorter = hit.leaseLeft() <= 1 && !(hit.found() && hit.leaseLeft() == 0)
        ? Hit.NONE
        : new Hit(hit.found(), Math.max(0, hit.leaseLeft() - 1));
    return new Cache(
        cache.position(),
        Math.max(0, cache.leaseLeft() - 1),
        cache.holds(),
        cache.applying(),
        older,
        cache.fill(),
        shorter);
  }
}
