package dev.doorward.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** How it ended what was sent, and what should not have ended in that way. */
final class Outcomes {

  /** What a message may be answered with, however it was changed: that it is none, or that what it asks for can't be had. */
  private static final Set<Code> ALLOWED = EnumSet.of(
      Code.OK,
      Code.INVALID_ARGUMENT,
      Code.UNIMPLEMENTED,
      Code.NOT_FOUND,
      Code.ALREADY_EXISTS,
      Code.FAILED_PRECONDITION,
      Code.ABORTED,
      Code.OUT_OF_RANGE,
      Code.RESOURCE_EXHAUSTED);

  /** gRPC says these by itself, without saying why in a way that a program could read. */
  private static final Set<Code> BARE = EnumSet.of(Code.OK, Code.UNIMPLEMENTED);

  private static final int MOST_SHOWN = 20;

  /** A machine that stands still for seconds makes a database too slow for somebody: seldom, and with its reason. */
  private static final int MOST_UNAVAILABLE = 2;

  private final Map<String, Map<Code, LongAdder>> statuses = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> others = new ConcurrentHashMap<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final Queue<String> unavailable = new ConcurrentLinkedQueue<>();
  private final AtomicInteger wrongCount = new AtomicInteger();

  /** @param typed whether it came with its reason */
  void status(String method, Code code, boolean typed, Set<Code> alsoAllowed, Told what) {
    statuses
        .computeIfAbsent(method, key -> new ConcurrentHashMap<>())
        .computeIfAbsent(code, key -> new LongAdder())
        .increment();
    if (code == Code.UNAVAILABLE && typed) {
      unavailable.add(what.tell());
      if (unavailable.size() > MOST_UNAVAILABLE) {
        wrong("UNAVAILABLE time and again: " + unavailable.poll());
      }
    } else if (!ALLOWED.contains(code) && !alsoAllowed.contains(code)) {
      wrong(code + ": " + what.tell());
    } else if (!typed && !BARE.contains(code) && ALLOWED.contains(code)) {
      wrong(code + " without a reason: " + what.tell());
    }
  }

  /** What ended in another way than with a status. */
  void other(String what) {
    others.computeIfAbsent(what, key -> new LongAdder()).increment();
  }

  void wrong(String what) {
    if (wrongCount.incrementAndGet() <= MOST_SHOWN) {
      wrong.add(what);
    }
  }

  boolean isWrong() {
    return wrongCount.get() > 0;
  }

  /** How something could be sent again. */
  interface Told {
    String tell();
  }

  void assertAllowed() {
    assertThat(wrong).as(wrongCount.get() + " wrong outcomes").isEmpty();
  }

  /** By status, over all methods. */
  Map<Code, Long> byCode() {
    Map<Code, Long> sums = new EnumMap<>(Code.class);
    statuses
        .values()
        .forEach(codes -> codes.forEach((code, count) -> sums.merge(code, count.sum(), Long::sum)));
    return sums;
  }

  /** Of one method. */
  Set<Code> of(String method) {
    return statuses.getOrDefault(method, Map.of()).keySet();
  }

  @Override
  public String toString() {
    return byCode() + " " + new TreeMap<>(others) + " " + unavailable;
  }
}
