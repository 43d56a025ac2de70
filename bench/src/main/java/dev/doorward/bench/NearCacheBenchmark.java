package dev.doorward.bench;

import dev.doorward.nearcache.NearCache;
import dev.doorward.nearcache.NearCacheSettings;
import dev.doorward.nearcache.Position;
import dev.doorward.nearcache.TokenKey;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What it costs to validate a token in process, beside the things that it can't do without: the token's SHA-256, one look
 * into a map, and one at the clock after that.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NearCacheBenchmark {

  @Param({"10000", "100000"})
  private int entries;

  private final long endNanos = System.nanoTime() + Duration.ofHours(1).toNanos();
  private String[] tokens;
  private NearCache<String> cache;
  private final ConcurrentHashMap<TokenKey, String> map = new ConcurrentHashMap<>();

  /** What a thread hashes with. */
  @State(Scope.Thread)
  public static class Sha256 {
    final MessageDigest digest;

    public Sha256() {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JVM has SHA-256", e);
      }
    }
  }

  /** How often a thread had to wait for another: for a lock, of whichever kind. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Waits {
    public long waits;

    private long before;

    @Setup(Level.Iteration)
    public void note() {
      before = soFar();
    }

    @TearDown(Level.Iteration)
    public void count() {
      waits = soFar() - before;
    }

    private static long soFar() {
      ThreadInfo thread = ManagementFactory.getThreadMXBean()
          .getThreadInfo(Thread.currentThread().getId());
      return thread.getBlockedCount() + thread.getWaitedCount();
    }
  }

  @Setup
  public void fill() {
    Duration hour = Duration.ofHours(1);
    cache = new NearCache<>(new NearCacheSettings(hour, hour, Duration.ZERO, 2 * entries));
    Position start = Position.of("bench", Collections.nCopies(Position.LANES, 0L));
    cache.reset(start);
    cache.probe().answered(start);
    tokens = new String[entries];
    for (int n = 0; n < entries; n++) {
      tokens[n] = Population.token(n);
      TokenKey key = TokenKey.of(tokens[n]);
      cache
          .fill(key)
          .good(tokens[n], Population.userId(n), Population.sessionId(n), n & 15, 0, hour);
      map.put(key, tokens[n]);
    }
  }

  @Benchmark
  public Optional<String> nearCache(Waits waits) {
    return cache.get(TokenKey.of(anyToken()));
  }

  @Benchmark
  public String hashAndMap(Waits waits) {
    return map.get(TokenKey.of(anyToken()));
  }

  @Benchmark
  public String hashMapAndClock() {
    String found = map.get(TokenKey.of(anyToken()));
    return System.nanoTime() - endNanos < 0 ? found : null;
  }

  @Benchmark
  public byte[] hashAlone(Sha256 sha256) {
    return sha256.digest.digest(anyToken().getBytes(StandardCharsets.ISO_8859_1));
  }

  private String anyToken() {
    return tokens[ThreadLocalRandom.current().nextInt(entries)];
  }
}
