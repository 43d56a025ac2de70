package dev.doorward;

import dev.doorward.config.Secret;
import dev.doorward.config.Settings;
import dev.doorward.database.Pools;
import dev.doorward.openid.OpenIdProvider;
import dev.doorward.openid.OpenIdProviders;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** All settings of a server. Each key stands here once, with its default, its unit and its check. */
public record Config(
    Server server,
    Admin admin,
    Telemetry telemetry,
    Database database,
    Sessions sessions,
    Feed feed,
    Passwords passwords,
    Attempts attempts,
    Verifications verifications,
    Retention retention,
    Accounts accounts,
    Callers callers,
    Limits limits) {

  /** Where and how the server listens. */
  public record Server(
      InetAddress address,
      int port,
      Optional<Tls> tls,
      boolean reflection,
      int maxMessageBytes,
      Duration drain,
      int workerThreads,
      int validationThreads) {}

  /** By which files the server proves who it is, and who its callers may prove to be. */
  public record Tls(Path certificate, Path key, Optional<Path> clientCa) {}

  /** Where those who run the server look at it. */
  public record Admin(
      InetAddress address, Optional<Integer> port, Optional<Integer> channelzPort) {}

  /** What the server tells of itself, and in which form. */
  public record Telemetry(
      Optional<URI> otlpEndpoint,
      Secret otlpHeaders,
      Duration interval,
      double traceRatio,
      LogFormat logFormat) {}

  /** How the log's lines look. */
  public enum LogFormat {
    TEXT,
    JSON
  }

  /** Where the data is, and how long to wait for it. */
  public record Database(
      String url,
      String user,
      Secret password,
      boolean migrate,
      int readConnections,
      int writeConnections,
      Duration connectTimeout,
      Duration acquireTimeout,
      Duration socketTimeout,
      Duration lockWaitTimeout,
      Duration slowStatement) {

    /** The same for a command, which does one thing after the other. */
    Database forOneThread() {
      return new Database(
          url,
          user,
          password,
          migrate,
          1,
          1,
          connectTimeout,
          acquireTimeout,
          socketTimeout,
          lockWaitTimeout,
          slowStatement);
    }
  }

  /** How long sessions live and how their tokens are kept. */
  public record Sessions(
      Duration lifetime,
      Duration updateAge,
      Duration shortLifetime,
      Duration maxLifetime,
      TokenAtRest tokenAtRest,
      Optional<Path> betterAuthSecretFile,
      int cacheEntries,
      Duration cacheLifetime) {

    /** What ends sessions without a word, as a Better Auth on the same tables does, is seen after that time. */
    private static final Duration UNSEEN = Duration.ofSeconds(1);

    /** For how long anybody may remember that a session is good. */
    public Duration remembered() {
      return tokenAtRest.isPlain() && cacheLifetime.compareTo(UNSEEN) > 0 ? UNSEEN : cacheLifetime;
    }
  }

  /** In which form {@code session.sessionToken} is stored. */
  public enum TokenAtRest {
    HASHED,

    /** Stored as it is, for whoever else looks for it there. */
    PLAIN,

    /** The same on the way to hashed ones, as long as some servers store those already. */
    PLAIN_OR_HASHED,

    /** Hashed from now on; those that are not yet are found too. */
    HASHED_OR_PLAIN;

    public boolean isPlain() {
      return this == PLAIN || this == PLAIN_OR_HASHED;
    }

    /** Whether a session may be stored in either form. */
    public boolean isEither() {
      return this == PLAIN_OR_HASHED || this == HASHED_OR_PLAIN;
    }
  }

  /** How revocations get about. */
  public record Feed(Duration lease, Duration pollInterval) {}

  /** What a password must be and how it is hashed. */
  public record Passwords(
      int minLength,
      int maxLength,
      int memoryKib,
      int iterations,
      int parallelism,
      int threads,
      int queue,
      Optional<Path> argon2Library,
      Optional<Path> breachedList,
      PasswordProvider provider) {}

  /**
   * What the accounts with a password have as their provider.
   *
   * @param former what those have that were made before it was this one; the same if there are none
   */
  public record PasswordProvider(String name, String former) {

    public boolean isCalled(String provider) {
      return provider.equals(name) || provider.equals(former);
    }
  }

  /** How often a password may be tried without success. */
  public record Attempts(
      int free,
      Duration firstWait,
      Duration longestWait,
      Duration quiet,
      int limit,
      int networkFailures,
      Duration networkRecovery,
      Duration memory,
      Duration sweepInterval) {

    public long firstWaitMicros() {
      return micros(firstWait);
    }

    public long longestWaitMicros() {
      return micros(longestWait);
    }

    public long quietMicros() {
      return micros(quiet);
    }

    public long memoryMicros() {
      return micros(memory);
    }

    public long recoveryMicros() {
      return micros(networkRecovery);
    }

    /** How far from recovered a network may be and still make another attempt. */
    public long slackMicros() {
      return (networkFailures - 1) * recoveryMicros();
    }

    private static long micros(Duration duration) {
      return TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
    }
  }

  /** How long one-time tokens live, and how often they may be asked for. */
  public record Verifications(Duration lifetime, int requests, Duration requestInterval) {

    public long intervalMicros() {
      return TimeUnit.NANOSECONDS.toMicros(requestInterval.toNanos());
    }

    /** How far from recovered a count may be and still take another request. */
    public long slackMicros() {
      return (requests - 1) * intervalMicros();
    }
  }

  /** How long what has had its time is kept all the same. */
  public record Retention(
      Duration sweepInterval, Duration sessions, Duration revocations, Duration events) {}

  /** When a sign-in links to an existing user, whose ID tokens sign in, and how what providers give is kept. */
  public record Accounts(
      boolean linking,
      Set<String> trustedProviders,
      List<OpenIdProvider> openIdProviders,
      TokensAtRest tokensAtRest,
      Optional<Path> tokenKeysFile) {}

  /** In which form providers' tokens are stored. */
  public enum TokensAtRest {
    ENCRYPTED,
    PLAIN
  }

  /** Who may call. */
  public record Callers(Optional<Path> bootstrapKeyFile) {}

  /** How much anybody may ask for at once. */
  public record Limits(
      int connections,
      int connectionsPerAddress,
      int callsPerConnection,
      int resetsPerConnection,
      int framesPerConnection,
      int metadataBytes,
      Duration handshake,
      Duration connectionIdle,
      Duration connectionAge,
      Duration connectionAgeGrace,
      Duration keepAlive,
      Duration callTime,
      int calls,
      int validations,
      int feedHeads,
      int streams,
      int healthWatchers,
      int callsPerSecond,
      int validationsPerSecond,
      int healthPerSecond) {}

  /** The settings that are given, the defaults for all others. */
  public static Config read(Settings settings) {
    Config config = new Config(
        server(settings),
        admin(settings),
        telemetry(settings),
        database(settings),
        sessions(settings),
        feed(settings),
        passwords(settings),
        attempts(settings),
        verifications(settings),
        retention(settings),
        accounts(settings),
        callers(settings),
        limits(settings));
    InetAddress address = config.server().address();
    settings.expect(
        config.server().tls().isPresent() || address.isLoopbackAddress(),
        "server.address: " + address.getHostAddress()
            + " (expected: a loopback address, or server.tls-certificate and server.tls-key,"
            + " for beyond this machine only TLS is spoken)");
    settings.finish();
    return config;
  }

  private static Server server(Settings settings) {
    return new Server(
        settings.parsed(
            "server.address",
            "127.0.0.1",
            "the address to listen on: without TLS a loopback address",
            Config::address),
        settings.integer(
            "server.port", 50051, 0, 65535, "the port to listen on; 0 takes a free one"),
        tls(settings),
        settings.flag(
            "server.reflection",
            false,
            "whether gRPC server reflection answers callers; the development command turns it on"),
        settings.integer(
            "server.max-message-bytes",
            1 << 20,
            1 << 16,
            1 << 24,
            "the largest message to accept, in bytes"),
        settings.duration(
            "server.drain",
            Duration.ofSeconds(10),
            Duration.ZERO,
            Duration.ofMinutes(10),
            "how long calls in flight may go on after a stop was asked for"),
        settings.integer(
            "server.worker-threads",
            64,
            1,
            4096,
            "threads that run calls on a JVM before 24; later ones run virtual threads"),
        settings.integer(
            "server.validation-threads",
            16,
            1,
            4096,
            "such threads for validations alone, which no other call keeps waiting"));
  }

  private static Optional<Tls> tls(Settings settings) {
    Optional<Path> certificate = settings.optional(
        "server.tls-certificate",
        "a PEM file with the server's certificate and those between it and its authority",
        Config::file);
    Optional<Path> key = settings.optional(
        "server.tls-key", "a PEM file with that certificate's key (PKCS #8)", Config::file);
    Optional<Path> clientCa = settings.optional(
        "server.tls-client-ca",
        "a PEM file with the authorities whose certificates prove callers; none: keys alone do",
        Config::file);
    settings.expect(
        certificate.isPresent() == key.isPresent(),
        "server.tls-certificate, server.tls-key: only one is set (expected: both or none)");
    settings.expect(
        clientCa.isEmpty() || certificate.isPresent(),
        "server.tls-client-ca: set (expected: server.tls-certificate and server.tls-key as well)");
    return certificate.isPresent() && key.isPresent()
        ? Optional.of(new Tls(certificate.get(), key.get(), clientCa))
        : Optional.empty();
  }

  private static Admin admin(Settings settings) {
    return new Admin(
        settings.parsed(
            "admin.address",
            "127.0.0.1",
            "where /livez, /readyz and /metrics answer, over plain HTTP, whoever comes",
            Config::address),
        settings.optional(
            "admin.port", "the port for these; empty for none, 0 for a free one", Config::port),
        settings.optional(
            "admin.channelz-port",
            "the port on 127.0.0.1 for gRPC's channelz, which shows every connection; empty for none",
            Config::port));
  }

  private static Telemetry telemetry(Settings settings) {
    return new Telemetry(
        settings.optional(
            "telemetry.otlp-endpoint",
            "an OpenTelemetry collector that takes OTLP over HTTP, as http://127.0.0.1:4318; empty for none",
            Config::endpoint),
        settings.secret(
            "telemetry.otlp-headers", "what it wants to see: name=value, several between commas"),
        settings.duration(
            "telemetry.interval",
            Duration.ofMinutes(1),
            Duration.ofMillis(100),
            Duration.ofHours(1),
            "how often it gets the metrics"),
        settings.parsed(
            "telemetry.trace-ratio",
            "0",
            "the share of calls that are traced, of those whose caller has not decided that: 0 to 1",
            Config::ratio),
        settings.choice(
            "log.format",
            LogFormat.TEXT,
            "text, or json: an object on each line, with the trace that it belongs to"));
  }

  private static Database database(Settings settings) {
    return new Database(
        settings.requiredText(
            "database.url", "where MariaDB is: jdbc:mariadb://host:3306/doorward", Pools::parseUrl),
        settings.text("database.user", "doorward", "the database user"),
        settings.secret("database.password", "the database user's password"),
        settings.flag(
            "database.migrate", true, "whether to bring the schema up to date at the start"),
        settings.integer("database.read-connections", 8, 1, 1000, "connections for single reads"),
        settings.integer("database.write-connections", 16, 1, 1000, "connections for transactions"),
        settings.duration(
            "database.connect-timeout",
            Duration.ofSeconds(2),
            Duration.ofMillis(250),
            Duration.ofMinutes(1),
            "how long to wait for a new connection"),
        settings.duration(
            "database.acquire-timeout",
            Duration.ofSeconds(2),
            Duration.ofMillis(250),
            Duration.ofMinutes(1),
            "how long a call waits for a pooled connection"),
        settings.duration(
            "database.socket-timeout",
            Duration.ofSeconds(10),
            Duration.ofMillis(250),
            Duration.ofMinutes(10),
            "how long to wait for the answer to a statement"),
        settings.duration(
            "database.lock-wait-timeout",
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            "how long a statement waits for a row's lock"),
        settings.duration(
            "database.slow-statement",
            Duration.ofSeconds(1),
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "from how long on a statement is worth a line of the log"));
  }

  private static Sessions sessions(Settings settings) {
    return new Sessions(
        settings.duration(
            "session.lifetime",
            Duration.ofDays(7),
            Duration.ofMinutes(1),
            Duration.ofDays(3650),
            "how long a remembered session lives without being used"),
        settings.duration(
            "session.update-age",
            Duration.ofDays(1),
            Duration.ZERO,
            Duration.ofDays(3650),
            "how old its last prolongation must be before a used session is prolonged again"),
        settings.duration(
            "session.short-lifetime",
            Duration.ofDays(1),
            Duration.ofMinutes(1),
            Duration.ofDays(3650),
            "how long a session lives that is not remembered"),
        settings.duration(
            "session.max-lifetime",
            Duration.ofDays(36500),
            Duration.ofMinutes(1),
            Duration.ofDays(36500),
            "how long after its creation a used session ends all the same"),
        settings.choice(
            "session.token-at-rest",
            TokenAtRest.HASHED,
            "hashed, or plain for a database that a live Better Auth shares; plain_or_hashed and then hashed_or_plain on"
                + " the way from one to the other"),
        settings.optional(
            "session.better-auth-secret-file",
            "a file with a Better Auth's secret, or some on a line each, to take its signed cookies for tokens",
            Path::of),
        settings.integer(
            "session.cache-entries",
            100_000,
            1,
            100_000_000,
            "validated sessions that the server keeps in memory, about 1 KB each"),
        settings.duration(
            "session.cache-lifetime",
            Duration.ofMinutes(1),
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "after how long a session in memory is read again although nothing happened; with"
                + " session.token-at-rest=plain after a second at the latest"));
  }

  private static Feed feed(Settings settings) {
    return new Feed(
        settings.duration(
            "feed.lease",
            Duration.ofSeconds(3),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            "how long after its revocation a client's cache may accept a session at the most"),
        settings.duration(
            "feed.poll-interval",
            Duration.ofMillis(100),
            Duration.ofMillis(10),
            Duration.ofSeconds(1),
            "how often to look for revocations that other servers have made"));
  }

  private static Passwords passwords(Settings settings) {
    return new Passwords(
        settings.integer(
            "password.min-length", 8, 1, 128, "the fewest characters of a new password"),
        settings.integer(
            "password.max-length", 128, 64, 1024, "the most characters of a new password"),
        settings.integer("password.memory-kib", 19456, 8, 1 << 21, "Argon2id: memory, in KiB"),
        settings.integer("password.iterations", 2, 1, 100, "Argon2id: passes over the memory"),
        settings.integer("password.parallelism", 1, 1, 64, "Argon2id: lanes"),
        settings.integer(
            "password.threads",
            Runtime.getRuntime().availableProcessors(),
            1,
            1024,
            "passwords hashed at once; the default is one per processor"),
        settings.integer("password.queue", 256, 1, 100_000, "passwords that may wait to be hashed"),
        settings.optional(
            "password.argon2-library",
            "a libargon2 built for this machine, by docker/argon2/build; empty for the slower one inside",
            Config::argon2Library),
        settings.optional(
            "password.breached-list",
            "known passwords that nobody may take anew, by `breached-list build`; empty for the few inside",
            Config::file),
        passwordProvider(settings));
  }

  private static PasswordProvider passwordProvider(Settings settings) {
    String name = settings.text(
        "password.provider",
        "emailAndPassword",
        "the provider of password accounts: credential for a database that Better Auth shares");
    Optional<String> former = settings.optional(
        "password.former-provider",
        "the provider of password accounts that were made before it was password.provider, until `adopt` has run",
        text -> text);
    return new PasswordProvider(name, former.orElse(name));
  }

  private static Attempts attempts(Settings settings) {
    return new Attempts(
        settings.integer(
            "attempt.free",
            10,
            2,
            100,
            "wrong passwords in a row, for one account, that cost no wait; as many may be tried at once"),
        settings.duration(
            "attempt.first-wait",
            Duration.ofSeconds(1),
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "how long an account waits then; each further wrong password doubles that"),
        settings.duration(
            "attempt.longest-wait",
            Duration.ofMinutes(15),
            Duration.ofMillis(1),
            Duration.ofDays(1),
            "how long an account waits at the most"),
        settings.duration(
            "attempt.quiet",
            Duration.ofDays(1),
            Duration.ofMinutes(1),
            Duration.ofDays(7),
            "how long nobody must try before the waits of an account begin anew"),
        settings.integer(
            "attempt.limit",
            100,
            1,
            100,
            "wrong passwords in a row, however slow, after which an account needs a new one"),
        settings.integer(
            "attempt.network-failures",
            100,
            1,
            1_000_000,
            "wrong passwords from one end-user address (IPv6: one /64) that cost no wait"),
        settings.duration(
            "attempt.network-recovery",
            Duration.ofSeconds(6),
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "how long until one of them is forgiven, and so how long such an address waits"),
        settings.duration(
            "attempt.memory",
            Duration.ofDays(7),
            Duration.ofDays(7),
            Duration.ofDays(365),
            "after how long without a try the wrong passwords of nobody's account are forgotten"),
        settings.duration(
            "attempt.sweep-interval",
            Duration.ofSeconds(5),
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "how often to look through 1,000 counts for such as can be forgotten"));
  }

  private static Verifications verifications(Settings settings) {
    return new Verifications(
        settings.duration(
            "verification.lifetime",
            Duration.ofHours(1),
            Duration.ofMinutes(1),
            Duration.ofDays(7),
            "how long a one-time token lives unless its caller says otherwise"),
        settings.integer(
            "verification.requests",
            5,
            1,
            1_000_000,
            "one-time tokens that may be asked for at once, of one kind and for one address or user"),
        settings.duration(
            "verification.request-interval",
            Duration.ofMinutes(10),
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "after how long there may be another one"));
  }

  private static Retention retention(Settings settings) {
    return new Retention(
        settings.duration(
            "retention.sweep-interval",
            Duration.ofMinutes(1),
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "how often to delete what has had its time"),
        settings.duration(
            "retention.sessions",
            Duration.ofDays(1),
            Duration.ZERO,
            Duration.ofDays(3650),
            "how long sessions are kept that have expired, of which no caller is told"),
        settings.duration(
            "retention.revocations",
            Duration.ofDays(1),
            Duration.ofMinutes(10),
            Duration.ofDays(365),
            "how long the log of revocations goes back, for clients that were away"),
        settings.duration(
            "retention.events",
            Duration.ofDays(365),
            Duration.ofDays(1),
            Duration.ofDays(36500),
            "how long the log of events goes back"));
  }

  private static Accounts accounts(Settings settings) {
    return new Accounts(
        settings.flag("account.linking", true, "whether a sign-in may link to an existing user"),
        Set.copyOf(settings.list(
            "account.trusted-providers",
            List.of(),
            "providers whose word for an address is taken, verified or not")),
        settings.parsed(
            "account.openid-providers-file",
            "",
            "a file with a line for each OpenID provider whose ID tokens sign in: its name, its issuer, the"
                + " audiences between commas, and the file or the address of its keys",
            OpenIdProviders::read),
        settings.choice(
            "account.tokens-at-rest",
            TokensAtRest.ENCRYPTED,
            "encrypted, or plain for a database that a live Better Auth shares"),
        settings.optional(
            "account.token-keys-file",
            "a file with the keys that providers' tokens are encrypted under, the one for new ones first",
            Config::file));
  }

  private static Callers callers(Settings settings) {
    return new Callers(settings.optional(
        "caller.bootstrap-key-file",
        "a file with the first operator's key, for a database that has no caller yet",
        Path::of));
  }

  private static Limits limits(Settings settings) {
    return new Limits(
        settings.integer(
            "limit.connections", 10_000, 1, 1_000_000, "connections at once, over all"),
        settings.integer(
            "limit.connections-per-address",
            1000,
            1,
            1_000_000,
            "connections at once from one address, or from one /64 of IPv6"),
        settings.integer(
            "limit.calls-per-connection", 256, 1, 100_000, "calls at once on one connection"),
        settings.integer(
            "limit.resets-per-connection",
            200,
            1,
            100_000,
            "calls that a connection may cancel within 10 seconds"),
        settings.integer(
            "limit.frames-per-connection",
            50_000,
            100,
            10_000_000,
            "frames of HTTP/2 within a second that carry next to nothing, on one connection"),
        settings.integer(
            "limit.metadata-bytes", 16 << 10, 1 << 10, 1 << 20, "the metadata of a call, in bytes"),
        settings.duration(
            "limit.handshake",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(2),
            "how long a new connection may take to speak TLS and HTTP/2"),
        settings.duration(
            "limit.connection-idle",
            Duration.ofMinutes(2),
            Duration.ofSeconds(1),
            Duration.ofDays(1),
            "how long a connection may be without calls"),
        settings.duration(
            "limit.connection-age",
            Duration.ofMinutes(5),
            Duration.ofSeconds(1),
            Duration.ofDays(1),
            "how old a connection may become, about"),
        settings.duration(
            "limit.connection-age-grace",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofDays(1),
            "how long calls on a connection that is too old may go on"),
        settings.duration(
            "limit.keep-alive",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofDays(1),
            "how often a connection may be tried by its client, and is by the server"),
        settings.duration(
            "limit.call-time",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            "how long a call with one request and one answer may take, whatever its deadline"),
        settings.integer(
            "limit.calls", 1024, 1, 1_000_000, "calls at once that are no validations, over all"),
        settings.integer(
            "limit.validations", 4096, 1, 1_000_000, "validations at once that have to be read"),
        settings.integer(
            "limit.feed-heads",
            4096,
            1,
            1_000_000,
            "questions at once how far the feed of revocations is"),
        settings.integer("limit.streams", 2000, 1, 1_000_000, "streams at once, over all"),
        settings.integer(
            "limit.health-watchers", 200, 1, 1_000_000, "watchers of the server's health at once"),
        settings.integer(
            "limit.calls-per-second",
            10_000,
            1,
            10_000_000,
            "calls of one caller that are no validations, within a second"),
        settings.integer(
            "limit.validations-per-second",
            200_000,
            1,
            10_000_000,
            "validations of one caller within a second"),
        settings.integer(
            "limit.health-per-second",
            1000,
            1,
            10_000_000,
            "health checks from one address, or from one /64 of IPv6, within a second"));
  }

  /** Every key with its default and meaning, in the order of this file. */
  public static List<Settings.Key> keys() {
    Settings settings = new Settings(Map.of("database.url", "jdbc:mariadb://host:3306/doorward"));
    read(settings);
    return settings.keys();
  }

  private static Path argon2Library(String text) {
    String name = System.mapLibraryName("argon2");
    Path file = Path.of(text).toAbsolutePath();
    if (!Files.isReadable(file) || !file.endsWith(name)) {
      throw new IllegalArgumentException("expected: a file that can be read, named " + name);
    }
    return file;
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("expected: an address of this machine");
    }
  }

  private static int port(String text) {
    if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65535) {
      throw new IllegalArgumentException("expected: 0 to 65535, or nothing");
    }
    return Integer.parseInt(text);
  }

  private static URI endpoint(String text) {
    try {
      URI endpoint = new URI(text);
      if (endpoint.getHost() != null
          && List.of("http", "https").contains(endpoint.getScheme())
          && endpoint.getUserInfo() == null) {
        return endpoint;
      }
    } catch (URISyntaxException e) {
      // Refused below.
    }
    throw new IllegalArgumentException("expected: http://HOST:4318 or https://HOST:4318");
  }

  private static double ratio(String text) {
    if (!text.matches("0(\\.\\d{1,9})?|1(\\.0{1,9})?")) {
      throw new IllegalArgumentException("expected: 0 to 1");
    }
    return Double.parseDouble(text);
  }

  private static Path file(String text) {
    if (!Files.isReadable(Path.of(text))) {
      throw new IllegalArgumentException("expected: a file that can be read");
    }
    return Path.of(text);
  }
}
