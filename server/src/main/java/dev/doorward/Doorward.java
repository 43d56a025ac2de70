package dev.doorward;

import dev.doorward.account.AccountGrpcService;
import dev.doorward.account.AccountSignIn;
import dev.doorward.account.Accounts;
import dev.doorward.account.IdTokenSignIn;
import dev.doorward.account.TokenKeys;
import dev.doorward.account.TokenSeal;
import dev.doorward.attempt.Attempts;
import dev.doorward.attempt.Upkeep;
import dev.doorward.call.Caller;
import dev.doorward.call.Patience;
import dev.doorward.caller.Bootstrap;
import dev.doorward.caller.CallerGrpcService;
import dev.doorward.caller.CallerKey;
import dev.doorward.caller.CallerMemory;
import dev.doorward.caller.Callers;
import dev.doorward.database.Database;
import dev.doorward.database.Migrations;
import dev.doorward.database.Pools;
import dev.doorward.database.Reserve;
import dev.doorward.database.SlowStatements;
import dev.doorward.database.StartUpChecks;
import dev.doorward.database.StatementKiller;
import dev.doorward.database.StatementWatch;
import dev.doorward.database.Sweeper;
import dev.doorward.event.EventFollower;
import dev.doorward.event.EventGrpcService;
import dev.doorward.event.Events;
import dev.doorward.export.UserExportGrpcService;
import dev.doorward.export.UserExports;
import dev.doorward.idempotency.Idempotency;
import dev.doorward.nearcache.NearCache;
import dev.doorward.nearcache.NearCacheSettings;
import dev.doorward.openid.IdTokens;
import dev.doorward.password.BreachedPasswords;
import dev.doorward.password.Credentials;
import dev.doorward.password.PasswordGrpcService;
import dev.doorward.password.PasswordHashing;
import dev.doorward.password.PasswordResets;
import dev.doorward.password.Passwords;
import dev.doorward.revocation.Feed;
import dev.doorward.revocation.FeedGrpcService;
import dev.doorward.revocation.Revocations;
import dev.doorward.rpc.CallPatience;
import dev.doorward.rpc.Channelz;
import dev.doorward.rpc.GrpcServer;
import dev.doorward.rpc.Health;
import dev.doorward.rpc.LimitConfig;
import dev.doorward.rpc.OpenStreams;
import dev.doorward.rpc.Workers;
import dev.doorward.session.BetterAuthCookies;
import dev.doorward.session.Prolongation;
import dev.doorward.session.SessionGrpcService;
import dev.doorward.session.Sessions;
import dev.doorward.session.ValidationGrpcService;
import dev.doorward.telemetry.Telemetry;
import dev.doorward.transfer.TransferGrpcService;
import dev.doorward.user.UserGrpcService;
import dev.doorward.user.Users;
import dev.doorward.v1.EventServiceGrpc;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.ValidateSessionResponse;
import dev.doorward.verification.Deliveries;
import dev.doorward.verification.EmailChanges;
import dev.doorward.verification.EmailVerifications;
import dev.doorward.verification.MailboxProof;
import dev.doorward.verification.OneTimeTokens;
import dev.doorward.verification.VerificationGrpcService;
import dev.doorward.verification.Verifications;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A server, from its database to its port: who needs whom, and in which order they start and stop. */
public final class Doorward implements AutoCloseable {

  /** How long after another server has revoked a session or a key this one may still accept it, at the most. */
  private static final Duration CACHE_LEASE = Duration.ofSeconds(1);

  private static final Duration CALLER_LIFETIME = Duration.ofMinutes(1);
  private static final int MAX_CALLER_KEYS = 10_000;

  private static final int ID_TOKEN_THREADS = 4;
  private static final int ID_TOKENS_WAITING = 256;

  private static final Set<MethodDescriptor<?, ?>> IN_PLACE = Set.of(
      SessionServiceGrpc.getValidateSessionMethod(),
      SessionServiceGrpc.getBatchValidateSessionsMethod(),
      SessionServiceGrpc.getWatchRevocationsMethod(),
      SessionServiceGrpc.getGetFeedHeadMethod(),
      EventServiceGrpc.getWatchEventsMethod());

  private final Telemetry telemetry;
  private final Pools pools;
  private final StatementKiller killer;
  private final Feed feed;
  private final EventFollower follower;
  private final Prolongation prolongation;
  private final PasswordHashing hashing;
  private final Upkeep upkeep;
  private final Sweeper sweeper;
  private final Reserve reserve;
  private final Workers workers;
  private final Workers validators;
  private final Workers judges;
  private final CallerMemory memory;
  private final OpenStreams streams;
  private final Health health;
  private final GrpcServer server;
  private final Optional<Channelz> channelz;

  private Doorward(Config config, Optional<CallerKey> developmentKey, Clock clock)
      throws IOException {
    Bootstrap bootstrap = Bootstrap.from(config.callers().bootstrapKeyFile());
    TokenSeal seal = new TokenSeal(
        TokenKeys.from(config.accounts().tokenKeysFile()), config.accounts().tokensAtRest());
    BreachedPasswords breached = BreachedPasswords.from(config.passwords().breachedList());
    BetterAuthCookies cookies = BetterAuthCookies.from(config.sessions().betterAuthSecretFile());
    // Beside what waits for the database.
    CompletableFuture<Void> preloading = CompletableFuture.runAsync(GrpcServer::preload);
    // Before anything is changed in a database that may be refused.
    new StartUpChecks(config.database(), developmentKey.isPresent(), clock).run();
    new Migrations(config.database()).prepare();

    this.telemetry = Telemetry.start(config.admin(), config.telemetry());
    Patience patience = new CallPatience(telemetry);
    LimitConfig limits = config.limits();
    this.workers = Workers.start("worker", config.server().workerThreads(), 2 * limits.calls());
    this.validators =
        Workers.start("validator", config.server().validationThreads(), limits.validations());
    this.killer = new StatementKiller(patience);
    this.pools = new Pools(config.database());
    StatementWatch watch =
        telemetry.statements(new SlowStatements(config.database().slowStatement()));
    Database database = new Database(pools.reads(), pools.writes(), patience, killer, watch);
    Database tails = new Database(pools.tails(), pools.writes(), patience, killer, watch);

    NearCache<ValidateSessionResponse> cache = new NearCache<>(new NearCacheSettings(
        CACHE_LEASE,
        config.sessions().remembered(),
        Duration.ZERO,
        config.sessions().cacheEntries()));
    NearCache<Caller> known = new NearCache<>(
        new NearCacheSettings(CACHE_LEASE, CALLER_LIFETIME, Duration.ZERO, MAX_CALLER_KEYS));
    this.feed = new Feed(tails, List.of(cache, known), config.feed());
    this.follower = new EventFollower(tails);
    this.reserve = new Reserve(database);
    Events events = new Events(database, follower, reserve);
    Revocations revocations = new Revocations(database, feed, reserve);
    reserve.keep(
        config.retention().sweepInterval(), List.of(revocations.ballast(), events.ballast()));
    Idempotency idempotency = new Idempotency(database);
    Callers callers = new Callers(database, idempotency, revocations, events);
    bootstrap.run(callers);
    this.memory = new CallerMemory(callers, known, developmentKey, patience);
    this.streams = new OpenStreams(memory);
    Deliveries deliveries = new Deliveries(database, config.verifications());
    Verifications verifications =
        new Verifications(database, idempotency, events, config.verifications());
    this.upkeep = new Upkeep(database, config.attempts());
    Attempts attempts = new Attempts(database, events, upkeep, config.attempts());
    Users users = new Users(
        database, idempotency, revocations, events, List.of(attempts, verifications, deliveries));
    this.prolongation = new Prolongation(database, config.sessions());
    Sessions sessions = new Sessions(
        database, users, idempotency, revocations, events, prolongation, config.sessions());
    Accounts accounts = new Accounts(database, users, idempotency, events, seal);
    AccountSignIn signIn =
        new AccountSignIn(database, users, sessions, accounts, idempotency, config.accounts());
    Executor waiting = work -> workers.execute(patience.carry(work));
    Executor validating = work -> validators.execute(patience.carry(work));
    this.judges = Workers.start("id-token", ID_TOKEN_THREADS, ID_TOKENS_WAITING);
    IdTokenSignIn idTokenSignIn = new IdTokenSignIn(
        new IdTokens(config.accounts().openIdProviders(), clock),
        signIn,
        work -> judges.execute(patience.carry(work)),
        waiting);
    this.hashing = new PasswordHashing(config.passwords(), patience);
    OneTimeTokens tokens = new OneTimeTokens(
        database, deliveries, attempts, idempotency, events, config.verifications());
    Passwords passwords = new Passwords(
        database,
        hashing,
        attempts,
        waiting,
        users,
        sessions,
        tokens,
        idempotency,
        events,
        config.passwords());
    MailboxProof proof = new MailboxProof(users, accounts);
    EmailVerifications emailVerifications =
        new EmailVerifications(database, tokens, proof, users, sessions, revocations);
    EmailChanges emailChanges = new EmailChanges(database, tokens, users);
    PasswordResets resets = new PasswordResets(
        database,
        hashing,
        waiting,
        tokens,
        proof,
        attempts,
        users,
        sessions,
        events,
        config.passwords());
    this.sweeper = new Sweeper(
        config.retention().sweepInterval(),
        Map.of(
            "one-time tokens",
            verifications::sweep,
            "deliveries",
            deliveries::sweep,
            "request ids",
            idempotency::sweep,
            "sessions",
            limit -> sessions.sweep(config.retention().sessions(), limit),
            "revocations",
            limit -> revocations.sweep(config.retention().revocations(), limit),
            "events",
            limit -> events.sweep(config.retention().events(), limit)));

    preloading.join();
    UserExportGrpcService exporting = new UserExportGrpcService(
        new UserExports(users, attempts, accounts, sessions, verifications, events));
    TransferGrpcService transfer = new TransferGrpcService(
        database, users, accounts, new Credentials(database, config.passwords()));
    List<BindableService> services = List.of(
        new UserGrpcService(
            users,
            new UserGrpcService.Transfers(
                exporting::exportUserData, transfer::importUsers, transfer::exportUsers)),
        new SessionGrpcService(
            sessions,
            new ValidationGrpcService(sessions, cache, cookies, validating),
            new FeedGrpcService(feed, limits.feedHeads()),
            cookies),
        new AccountGrpcService(
            accounts, signIn, idTokenSignIn, config.passwords().provider()),
        new PasswordGrpcService(passwords, resets, breached, config.passwords()),
        new VerificationGrpcService(verifications, emailVerifications, emailChanges),
        new CallerGrpcService(callers),
        new EventGrpcService(events, follower));
    this.health = new Health(database, services);
    this.server = GrpcServer.start(
        config.server(), limits, workers, memory, streams, health, services, IN_PLACE, telemetry);
    telemetry
        .figures()
        .ifPresent(figures -> new ServerFigures(
                health,
                server,
                validators,
                Map.of("sessions", cache, "callers", known),
                feed,
                follower,
                hashing,
                pools,
                sweeper,
                reserve)
            .show(figures));
    telemetry.readyWhen(health::isServing);
    this.channelz = config.admin().channelzPort().isEmpty()
        ? Optional.empty()
        : Optional.of(Channelz.start(config.admin().channelzPort().get()));
    feed.start();
    follower.start();
    health.start();
  }

  /** Starts a server, which answers as soon as this returns. */
  public static Doorward start(Config config) throws IOException {
    return start(config, Clock.systemUTC());
  }

  /** The same by another clock than the machine's, which is to agree with the database's. */
  public static Doorward start(Config config, Clock clock) throws IOException {
    return new Doorward(config, Optional.empty(), clock);
  }

  /** The same for development: that one key may do everything, and is in no database. */
  public static Doorward startForDevelopment(Config config, CallerKey key) throws IOException {
    return new Doorward(config, Optional.of(key), Clock.systemUTC());
  }

  public InetSocketAddress address() {
    return server.address();
  }

  /** The port of the admin address, if there is one. */
  public Optional<Integer> adminPort() {
    return telemetry.adminPort();
  }

  /** The port of gRPC's channelz, if there is one. */
  public Optional<Integer> channelzPort() {
    return channelz.map(Channelz::port);
  }

  /** All that it answers, health and reflection included. */
  public List<ServiceDescriptor> services() {
    return server.services();
  }

  /** How many passwords were hashed or checked so far, for whoever watches the load. */
  public long passwordHashes() {
    return hashing.count();
  }

  public void awaitTermination() throws InterruptedException {
    server.awaitTermination();
  }

  /** Takes no new calls, lets those in flight finish for a while, then lets go of everything. */
  @Override
  public void close() {
    health.close();
    server.drain();
    feed.close();
    follower.close();
    server.close();
    streams.close();
    memory.close();
    hashing.close();
    upkeep.close();
    sweeper.close();
    reserve.close();
    prolongation.close();
    workers.close();
    validators.close();
    judges.close();
    killer.close();
    pools.close();
    channelz.ifPresent(Channelz::close);
    telemetry.close();
  }
}
