package dev.doorward;

import dev.doorward.database.Pools;
import dev.doorward.database.Reserve;
import dev.doorward.database.Sweeper;
import dev.doorward.event.EventFollower;
import dev.doorward.nearcache.NearCache;
import dev.doorward.nearcache.NearCacheStats;
import dev.doorward.password.PasswordHashing;
import dev.doorward.revocation.Feed;
import dev.doorward.rpc.GrpcServer;
import dev.doorward.rpc.Health;
import dev.doorward.rpc.Workers;
import dev.doorward.telemetry.Figures;
import dev.doorward.telemetry.Figures.Reading;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Every figure of a server but those of its calls and statements, by name, unit and meaning. docs/operations.md says which of
 * them to look at when.
 */
record ServerFigures(
    Health health,
    GrpcServer server,
    Workers validators,
    Map<String, NearCache<?>> caches,
    Feed feed,
    EventFollower follower,
    PasswordHashing hashing,
    Pools pools,
    Sweeper sweeper,
    Reserve reserve) {

  private static final String POOL = "db.client.connection.pool.name";
  private static final String STATE = "db.client.connection.state";

  void show(Figures figures) {
    ofCalls(figures);
    ofCaches(figures);
    ofPasswords(figures);
    ofTheDatabase(figures);
  }

  private void ofCalls(Figures figures) {
    figures.level(
        "doorward.serving",
        "1",
        "1 while health says SERVING, 0 otherwise.",
        List.of(Reading.of(() -> health.isServing() ? 1 : 0)));
    figures.level(
        "doorward.connections",
        "{connection}",
        "Connections of callers.",
        List.of(Reading.of(server::connections)));
    Map<String, LongSupplier> taken = new HashMap<>(server.taken());
    taken.put("validations", validators::taken);
    figures.level(
        "doorward.calls.in_flight",
        "{call}",
        "Calls that have a place, by the limit that counts them; validations from memory take none.",
        Reading.by("limit", taken));
    figures.count(
        "doorward.refusals",
        "{refusal}",
        "Errors that callers were given, by the reason in their details.",
        Reading.by("reason", server.refusals()));
  }

  private void ofCaches(Figures figures) {
    count(figures, "hits", "Answers from memory.", NearCacheStats::hits);
    count(figures, "misses", "Questions that memory had no answer to.", NearCacheStats::misses);
    count(
        figures,
        "fills.refused",
        "Answers that were not kept, because a revocation came while they were read.",
        NearCacheStats::fillsRefused);
    count(figures, "evictions", "Entries that a revocation took.", NearCacheStats::evictions);
    figures.level(
        "doorward.cache.entries",
        "{entry}",
        "Entries in memory.",
        Reading.by("cache", stats(NearCacheStats::entries)));
    figures.seconds(
        "doorward.feed.lag",
        "How old this server's knowledge of the revocations is. Beyond the lease of its caches, one second, they answer nothing.",
        feed::lagSeconds);
    figures.level(
        "doorward.streams.readers",
        "{reader}",
        "Streams that follow a log here.",
        Reading.by("log", Map.of("revocations", feed::readers, "events", follower::readers)));
  }

  private void ofPasswords(Figures figures) {
    figures.count(
        "doorward.password.hashes",
        "{hash}",
        "Passwords that were hashed or checked.",
        List.of(Reading.of(hashing::count)));
    figures.level(
        "doorward.password.waiting",
        "{hash}",
        "Passwords that wait for a thread to hash them.",
        List.of(Reading.of(hashing::waiting)));
    figures.level(
        "doorward.password.running",
        "{hash}",
        "Passwords that are being hashed; password.threads at the most.",
        List.of(Reading.of(hashing::running)));
  }

  private void ofTheDatabase(Figures figures) {
    figures.level(
        "db.client.connection.count",
        "{connection}",
        "Connections to the database, in use and idle.",
        pools.all().stream()
            .flatMap(pool -> Stream.of(
                Reading.of(pool::used, POOL, pool.name(), STATE, "used"),
                Reading.of(pool::idle, POOL, pool.name(), STATE, "idle")))
            .toList());
    figures.level(
        "db.client.connection.max",
        "{connection}",
        "The most connections that there may be.",
        pools.all().stream()
            .map(pool -> Reading.of(pool::size, POOL, pool.name()))
            .toList());
    figures.level(
        "db.client.connection.pending_requests",
        "{request}",
        "Threads that wait for a connection.",
        pools.all().stream()
            .map(pool -> Reading.of(pool::waiting, POOL, pool.name()))
            .toList());
    figures.level(
        "doorward.database.full",
        "1",
        "1 while the database's disk is full, so that only what takes rights away is done; 0 otherwise.",
        List.of(Reading.of(() -> reserve.isRationed() ? 1 : 0)));
    figures.count(
        "doorward.swept",
        "{row}",
        "Rows that had had their time and were deleted.",
        Reading.by("rows", sweeper.swept()));
  }

  private void count(
      Figures figures, String name, String description, ToLongFunction<NearCacheStats> figure) {
    figures.count("doorward.cache." + name, "1", description, Reading.by("cache", stats(figure)));
  }

  private Map<String, LongSupplier> stats(ToLongFunction<NearCacheStats> figure) {
    Map<String, LongSupplier> stats = new HashMap<>();
    caches.forEach((name, cache) -> stats.put(name, () -> figure.applyAsLong(cache.stats())));
    return stats;
  }
}
