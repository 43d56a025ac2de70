package dev.doorward.caller;

import dev.doorward.call.Caller;
import dev.doorward.call.Patience;
import dev.doorward.call.Role;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.nearcache.NearCache;
import dev.doorward.nearcache.TokenKey;
import dev.doorward.rpc.Authentication;
import dev.doorward.rpc.Credential;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Who calls, by key or certificate: from memory where it may be believed, and by a read where not. Anybody can
 * make up keys that have to be looked for; so strangers wait in a line of their own, which is short.
 */
public final class CallerMemory implements Authentication, AutoCloseable {

  private static final String SCHEME = "Bearer ";
  private static final Caller DEVELOPER =
      new Caller("development", "development", EnumSet.allOf(Role.class), "development");

  private static final int MAX_FAMILIAR_WAITING = 4096;
  private static final int MAX_STRANGERS_WAITING = 256;
  private static final int THREADS = 2;

  private final Callers callers;
  private final NearCache<Caller> cache;
  private final Optional<CallerKey> developmentKey;
  private final Optional<TokenKey> developer;
  private final Patience patience;

  /** What was good when it was last looked for. As many as there are keys. */
  private final Set<TokenKey> familiar = ConcurrentHashMap.newKeySet();

  private final ThreadPoolExecutor familiarLookUps = threads(MAX_FAMILIAR_WAITING);
  private final ThreadPoolExecutor strangersLookUps = threads(MAX_STRANGERS_WAITING);

  /** @param developmentKey the one key of its kind that is taken; a production server takes none */
  public CallerMemory(
      Callers callers,
      NearCache<Caller> cache,
      Optional<CallerKey> developmentKey,
      Patience patience) {
    this.callers = callers;
    this.cache = cache;
    this.developmentKey = developmentKey;
    this.developer = developmentKey.map(key -> TokenKey.of(SCHEME + key.reveal()));
    this.patience = patience;
  }

  @Override
  public Optional<Caller> recall(Credential credential) {
    TokenKey key = credential.key();
    return developer.isPresent() && developer.get().equals(key)
        ? Optional.of(DEVELOPER)
        : cache.get(key);
  }

  @Override
  public CompletionStage<Caller> lookUp(Credential credential) {
    return switch (credential.kind()) {
      case HEADER -> lookUpKey(credential);
      case CERTIFICATE -> lookUp(credential.key(), () -> callers.byCertificate(credential.text()));
    };
  }

  private CompletionStage<Caller> lookUpKey(Credential header) {
    Optional<CallerKey> key = read(header.text());
    if (key.isEmpty()) {
      return CompletableFuture.failedFuture(Authentication.unknown());
    }
    if (key.get().isForDevelopment()) {
      return developmentKey.equals(key)
          ? CompletableFuture.completedFuture(DEVELOPER)
          : CompletableFuture.failedFuture(Authentication.unknown());
    }
    return lookUp(header.key(), () -> callers.byKey(key.get()));
  }

  private CompletionStage<Caller> lookUp(
      TokenKey remembered, Supplier<Optional<Callers.Known>> look) {
    try {
      return CompletableFuture.supplyAsync(
          () -> read(remembered, look),
          work -> (familiar.contains(remembered) ? familiarLookUps : strangersLookUps)
              .execute(patience.carry(work)));
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(Refusal.forNow(
          Reason.DATABASE_UNAVAILABLE,
          "too many callers wait to be looked for",
          Duration.ofMillis(200),
          null));
    }
  }

  @Override
  public void close() {
    familiarLookUps.shutdown();
    strangersLookUps.shutdown();
  }

  private Caller read(TokenKey remembered, Supplier<Optional<Callers.Known>> look) {
    Optional<Caller> meanwhile = cache.get(remembered);
    if (meanwhile.isPresent()) {
      return meanwhile.get(); // Whoever waited before has looked for the same one.
    }
    NearCache<Caller>.Fill fill = cache.fill(remembered);
    Optional<Callers.Known> found = look.get();
    if (found.isEmpty()) {
      familiar.remove(remembered);
      throw Authentication.unknown();
    }
    Callers.Known known = found.get();
    Caller caller = known.caller();
    fill.good(caller, caller.id(), caller.keyId(), known.lane(), known.asOf(), known.expiresIn());
    familiar.add(remembered);
    return caller;
  }

  static Optional<CallerKey> read(String authorization) {
    return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? CallerKey.read(authorization.substring(SCHEME.length()))
        : Optional.empty();
  }

  private static ThreadPoolExecutor threads(int maxWaiting) {
    ThreadPoolExecutor threads = new ThreadPoolExecutor(
        THREADS, THREADS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(maxWaiting), work -> {
          Thread thread = new Thread(work, "caller-lookup");
          thread.setDaemon(true);
          return thread;
        });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
