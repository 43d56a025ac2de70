package dev.doorward.client;

import dev.doorward.nearcache.NearCacheSettings;
import dev.doorward.v1.AccountServiceGrpc;
import dev.doorward.v1.AccountServiceGrpc.AccountServiceBlockingStub;
import dev.doorward.v1.AccountServiceGrpc.AccountServiceFutureStub;
import dev.doorward.v1.CallerServiceGrpc;
import dev.doorward.v1.CallerServiceGrpc.CallerServiceBlockingStub;
import dev.doorward.v1.EventServiceGrpc;
import dev.doorward.v1.EventServiceGrpc.EventServiceBlockingStub;
import dev.doorward.v1.EventServiceGrpc.EventServiceFutureStub;
import dev.doorward.v1.PasswordServiceGrpc;
import dev.doorward.v1.PasswordServiceGrpc.PasswordServiceBlockingStub;
import dev.doorward.v1.PasswordServiceGrpc.PasswordServiceFutureStub;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.SessionServiceGrpc.SessionServiceBlockingStub;
import dev.doorward.v1.SessionServiceGrpc.SessionServiceFutureStub;
import dev.doorward.v1.UserServiceGrpc;
import dev.doorward.v1.UserServiceGrpc.UserServiceBlockingStub;
import dev.doorward.v1.UserServiceGrpc.UserServiceFutureStub;
import dev.doorward.v1.VerificationServiceGrpc;
import dev.doorward.v1.VerificationServiceGrpc.VerificationServiceBlockingStub;
import dev.doorward.v1.VerificationServiceGrpc.VerificationServiceFutureStub;
import io.grpc.ChannelCredentials;
import io.grpc.CompositeChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A connection to Doorward, with a stub for each of its services.
 *
 * <p>One is enough for a process: it is safe for use by many threads, spreads its calls over all addresses of the
 * target, and connects anew by itself. It connects with the first call, so a server that can't be reached shows there.
 *
 * <pre>{@code
 * try (DoorwardClient doorward = DoorwardClient.connectPlaintext("localhost:50051")) {
 *   User user = doorward.users()
 *       .getUser(GetUserRequest.newBuilder().setEmail("ada@example.com").build())
 *       .getUser();
 * }
 * }</pre>
 *
 * <p><b>Session tokens</b> are best checked by the {@link #validator}, which answers from memory and still learns of every
 * revocation within a proven bound.
 *
 * <p><b>Who calls.</b> Doorward answers callers that it knows, by their keys: {@link Builder#key} and {@link
 * Builder#keyFile}. A development server on this machine leaves its key where {@link #connectPlaintext} finds it.
 *
 * <p><b>The log.</b> In a process that has such a client gRPC does not log HTTP/2 frames, at whatever level: they have the key, and
 * tokens and passwords.
 *
 * <p><b>Errors.</b> A blocking stub throws a {@link io.grpc.StatusRuntimeException}, a future of a future stub fails with
 * one; {@link DoorwardErrors#reasonOf} tells why.
 *
 * <p><b>Time.</b> Every call but a stream ends within 5 seconds, all attempts together, or fails with {@code DEADLINE_EXCEEDED};
 * {@link Builder#deadline} changes that. A stub's own {@code withDeadlineAfter} can only shorten it.
 *
 * <p><b>Repetition.</b> A call that fails with {@code UNAVAILABLE}, or with {@code UNKNOWN}, which Doorward itself never
 * says, is made again, up to four times in all with about 0.1, 0.2 and 0.4 seconds in between, unless so many calls fail
 * that repeating them would only add to the trouble. What creates something or signs somebody in is repeated too, and still
 * happens once: a request whose {@code request_id} is empty is given a random one, which all its attempts share. A caller
 * that repeats a call on its own sets the {@code request_id} itself, to the same value each time.
 *
 * <p>Some methods are left to the caller: {@code DeleteUser}, {@code RevokeSession}, {@code RevokeCallerKey}, {@code
 * UnlinkAccount}, {@code ChangePassword}, and those that use a one-time token up. When only the answer was lost, their second
 * attempt would be refused, for nothing is left to delete, the current password is a former one and the token is used. After
 * {@code UNAVAILABLE}, delete and revoke again with {@code allow_missing}; take {@code ACCOUNT_NOT_FOUND} as done; try whether
 * the new password is in place already; and let whoever has brought a used token ask for another.
 *
 * <p>Repeated all the same: an {@code UpdateUser} with an etag, which may answer {@code ETAG_MISMATCH} to a change of its
 * own, as to anybody's; and {@code RevokeUserSessions}, whose count is that of the last attempt.
 */
public final class DoorwardClient implements AutoCloseable {

  private static final Duration CALLS_IN_FLIGHT = Duration.ofSeconds(5);
  private static final Duration CANCELLATION = Duration.ofSeconds(1);

  /** A page of 1,000 users with 16 KiB of metadata each, and as much again. gRPC's own limit is 4 MiB. */
  private static final int MAX_REPLY_BYTES = 32 << 20;

  static {
    FrameLog.turnOff();
  }

  private final ManagedChannel channel;
  private final Optional<ClientTelemetry> telemetry;
  private final NearCacheSettings nearCache;
  private final Duration deadline;
  private final ScheduledExecutorService tlsFiles;
  private SessionValidator validator;
  private Runnable unwatch = () -> {};

  private DoorwardClient(Builder builder, ScheduledExecutorService tlsFiles) {
    this.tlsFiles = tlsFiles;
    ChannelCredentials credentials = builder.plaintext
        ? InsecureChannelCredentials.create()
        : ClientTls.credentials(builder.authorities, builder.identity, tlsFiles);
    ChannelCredentials withKey = builder
        .keySource()
        .<ChannelCredentials>map(
            source -> CompositeChannelCredentials.create(credentials, new KeyCredentials(source)))
        .orElse(credentials);
    ManagedChannelBuilder<?> channel = Grpc.newChannelBuilder(builder.target, withKey)
        .defaultLoadBalancingPolicy("round_robin")
        .defaultServiceConfig(ServiceConfig.withTimeout(builder.deadline))
        .disableServiceConfigLookUp()
        .enableRetry()
        .intercept(new RequestIds(ServiceConfig.SERVICES), new LostConnections())
        .maxInboundMessageSize(MAX_REPLY_BYTES)
        // Less than 30 s the server takes for an attack.
        .keepAliveTime(30, TimeUnit.SECONDS)
        .keepAliveWithoutCalls(builder.keepAliveWithoutCalls);
    if (builder.userAgent != null) {
      channel.userAgent(builder.userAgent);
    }
    this.telemetry = builder.telemetry;
    telemetry.ifPresent(each -> each.configure(channel));
    this.channel = channel.build();
    this.nearCache = builder.nearCache;
    this.deadline = builder.deadline;
  }

  /**
   * A client that calls over TLS, with all settings at their defaults.
   *
   * @param target see {@link #builder}
   * @return the client, to be closed when it is no longer needed
   * @throws IllegalArgumentException if gRPC knows no way to resolve the target
   */
  public static DoorwardClient connect(String target) {
    return builder(target).build();
  }

  /**
   * A client that calls a server on this very machine without TLS, with all other settings at their defaults. Of a
   * development server it finds the key by itself.
   *
   * @param target see {@link Builder#plaintext}
   * @return the client, to be closed when it is no longer needed
   * @throws IllegalArgumentException if the target is not on this machine
   */
  public static DoorwardClient connectPlaintext(String target) {
    return builder(target).plaintext().build();
  }

  /**
   * The way to a client with settings of its own.
   *
   * @param target where the server is, in gRPC's form: {@code host:port}, or {@code dns:///host:port}. All addresses
   *     that the host's name resolves to are used in turn.
   * @return a builder with every other setting at its default
   */
  public static Builder builder(String target) {
    return new Builder(target);
  }

  /**
   * The validator of this client. The first call connects to the server and begins to follow its revocations; until a
   * lease is held, a moment later, answers come from the server.
   *
   * @return always the same one
   */
  public synchronized SessionValidator validator() {
    if (validator == null) {
      validator = new SessionValidator(channel, nearCache, deadline);
      telemetry.ifPresent(each -> unwatch = each.watch(validator::stats));
    }
    return validator;
  }

  /**
   * The calls about users, each of which waits for its answer.
   *
   * @return a stub on {@link #channel}
   */
  public UserServiceBlockingStub users() {
    return UserServiceGrpc.newBlockingStub(channel);
  }

  /**
   * The calls about sessions, each of which waits for its answer.
   *
   * @return a stub on {@link #channel}
   */
  public SessionServiceBlockingStub sessions() {
    return SessionServiceGrpc.newBlockingStub(channel);
  }

  /**
   * The calls about accounts, each of which waits for its answer.
   *
   * @return a stub on {@link #channel}
   */
  public AccountServiceBlockingStub accounts() {
    return AccountServiceGrpc.newBlockingStub(channel);
  }

  /**
   * The calls about passwords, each of which waits for its answer.
   *
   * @return a stub on {@link #channel}
   */
  public PasswordServiceBlockingStub passwords() {
    return PasswordServiceGrpc.newBlockingStub(channel);
  }

  /**
   * The calls about one-time tokens, each of which waits for its answer.
   *
   * @return a stub on {@link #channel}
   */
  public VerificationServiceBlockingStub verifications() {
    return VerificationServiceGrpc.newBlockingStub(channel);
  }

  /**
   * The calls about events, each of which waits for its answer.
   *
   * @return a stub on {@link #channel}
   */
  public EventServiceBlockingStub events() {
    return EventServiceGrpc.newBlockingStub(channel);
  }

  /**
   * The calls about callers and their keys, each of which waits for its answer.
   *
   * @return a stub on {@link #channel}
   */
  public CallerServiceBlockingStub callers() {
    return CallerServiceGrpc.newBlockingStub(channel);
  }

  /**
   * The calls about users, each of which returns a future.
   *
   * @return a stub on {@link #channel}
   */
  public UserServiceFutureStub usersAsync() {
    return UserServiceGrpc.newFutureStub(channel);
  }

  /**
   * The calls about sessions, each of which returns a future.
   *
   * @return a stub on {@link #channel}
   */
  public SessionServiceFutureStub sessionsAsync() {
    return SessionServiceGrpc.newFutureStub(channel);
  }

  /**
   * The calls about accounts, each of which returns a future.
   *
   * @return a stub on {@link #channel}
   */
  public AccountServiceFutureStub accountsAsync() {
    return AccountServiceGrpc.newFutureStub(channel);
  }

  /**
   * The calls about passwords, each of which returns a future.
   *
   * @return a stub on {@link #channel}
   */
  public PasswordServiceFutureStub passwordsAsync() {
    return PasswordServiceGrpc.newFutureStub(channel);
  }

  /**
   * The calls about one-time tokens, each of which returns a future.
   *
   * @return a stub on {@link #channel}
   */
  public VerificationServiceFutureStub verificationsAsync() {
    return VerificationServiceGrpc.newFutureStub(channel);
  }

  /**
   * The calls about events, each of which returns a future.
   *
   * @return a stub on {@link #channel}
   */
  public EventServiceFutureStub eventsAsync() {
    return EventServiceGrpc.newFutureStub(channel);
  }

  /**
   * The channel below the stubs, for other kinds of stub and other services of the same server, such as health. The
   * deadline and the repetition are for Doorward's own methods alone.
   *
   * @return the one channel of this client, which ends with it
   */
  public ManagedChannel channel() {
    return channel;
  }

  /**
   * Takes no new calls, waits up to 5 seconds for those in flight, then cancels the rest. Later calls fail with
   * {@code UNAVAILABLE}. If the thread is interrupted, the calls are cancelled at once and it stays interrupted.
   * Closing again does nothing.
   */
  @Override
  public void close() {
    stopValidator();
    tlsFiles.shutdownNow();
    channel.shutdown();
    try {
      if (!channel.awaitTermination(CALLS_IN_FLIGHT.toMillis(), TimeUnit.MILLISECONDS)) {
        channel.shutdownNow();
        channel.awaitTermination(CANCELLATION.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      channel.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void stopValidator() {
    unwatch.run();
    if (validator != null) {
      validator.close();
    }
  }

  /** The settings of a client to be. Not for use by several threads. */
  public static final class Builder {

    private static final Duration MIN_DEADLINE = Duration.ofMillis(1);
    private static final Duration MAX_DEADLINE = Duration.ofHours(1);
    private static final Pattern HEADER_VALUE =
        Pattern.compile("[\\x21-\\x7e]([ -~]*[\\x21-\\x7e])?");

    private final String target;
    private boolean plaintext;
    private Optional<Path> authorities = Optional.empty();
    private Optional<ClientTls.Identity> identity = Optional.empty();
    private Duration deadline = Duration.ofSeconds(5);
    private boolean keepAliveWithoutCalls;
    private String userAgent;
    private NearCacheSettings nearCache = NearCacheSettings.DEFAULT;
    private KeySource key;
    private Optional<ClientTelemetry> telemetry = Optional.empty();

    private Builder(String target) {
      this.target = Objects.requireNonNull(target, "target");
    }

    /**
     * Calls without TLS, which only a server on this machine may be: anybody in between could read passwords, tokens and
     * the key. Unless a key is given, the one is used that a development server on the target's port has left in
     * {@code $XDG_STATE_HOME/doorward} ({@code ~/.local/state/doorward}), if there is any. The default is TLS, with the certificate authorities that the JVM trusts
     * ({@code javax.net.ssl.trustStore}).
     *
     * @return this builder
     * @throws IllegalArgumentException if the target's host is other than {@code localhost}, 127.0.0.0/8 or
     *     {@code [::1]}. A name is not resolved for that, for it may mean another machine tomorrow.
     */
    public Builder plaintext() {
      if (!Loopback.isTarget(target)) {
        throw new IllegalArgumentException("target: " + target
            + " (expected for plaintext: localhost, 127.0.0.0/8 or [::1], with a port)");
      }
      plaintext = true;
      return this;
    }

    /**
     * The key by which the server knows this caller. It is sent over TLS, or to this very machine.
     *
     * @param key as CreateCallerKey or {@code doorward key create} has shown it
     * @return this builder
     * @throws IllegalArgumentException if it can't be a key
     */
    public Builder key(String key) {
      this.key = KeySource.fixed(key);
      return this;
    }

    /**
     * The certificate authorities of the server, in place of those that the JVM trusts.
     *
     * @param authorities a file of certificates in PEM. When it has changed, it is read again within a minute; connections
     *     that are open go on.
     * @return this builder
     */
    public Builder authorities(Path authorities) {
      this.authorities = Optional.of(authorities);
      return this;
    }

    /**
     * The file that holds the key by which the server knows this caller. It is read anew while the client is in use: a
     * key that replaces the former one there is used within about a second.
     *
     * @param file the key, on one line
     * @return this builder
     * @throws IllegalArgumentException if there is no key in it now
     */
    public Builder keyFile(Path file) {
      KeySource source = KeySource.file(file);
      try {
        source.key();
      } catch (IllegalStateException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
      this.key = source;
      return this;
    }

    /**
     * The certificate by which the calling service proves who it is. When <em>both</em> files have changed, they are read
     * again within a minute; connections that are open go on.
     *
     * @param certificate a file with the certificate, and those between it and its authority, in PEM
     * @param key a file with its key, in PEM (PKCS #8)
     * @return this builder
     */
    public Builder certificate(Path certificate, Path key) {
      this.identity = Optional.of(new ClientTls.Identity(certificate, key));
      return this;
    }

    /**
     * How long a call may take, all its attempts together. A stub's own deadline holds if it is earlier.
     *
     * @param deadline 1 millisecond to 1 hour; the default is 5 seconds
     * @return this builder
     * @throws IllegalArgumentException if it is shorter or longer than that
     */
    public Builder deadline(Duration deadline) {
      if (deadline.compareTo(MIN_DEADLINE) < 0 || deadline.compareTo(MAX_DEADLINE) > 0) {
        throw new IllegalArgumentException(
            "deadline: " + deadline + " (expected: " + MIN_DEADLINE + " to " + MAX_DEADLINE + ")");
      }
      this.deadline = deadline;
      return this;
    }

    /**
     * Whether the connection is tried every 30 seconds even while no call is in flight, so that a network that forgets
     * quiet connections keeps this one, and the next call does not find it dead. With calls in flight, it always is.
     *
     * @param enabled the default is false
     * @return this builder
     */
    public Builder keepAliveWithoutCalls(boolean enabled) {
      keepAliveWithoutCalls = enabled;
      return this;
    }

    /**
     * What the calling service calls itself in the {@code user-agent} header, before gRPC's own name. It does not prove
     * who calls.
     *
     * @param userAgent printable ASCII, such as {@code shop/4.2}; the default is gRPC's name alone
     * @return this builder
     * @throws IllegalArgumentException if it is empty, has other characters, or begins or ends with a blank
     */
    public Builder userAgent(String userAgent) {
      if (!HEADER_VALUE.matcher(userAgent).matches()) {
        throw new IllegalArgumentException(
            "userAgent: \"" + userAgent + "\" (expected: printable ASCII, no blank at either end)");
      }
      this.userAgent = userAgent;
      return this;
    }

    private Optional<KeySource> keySource() {
      if (key == null && plaintext) {
        return Optional.of(DevelopmentKey.of(target));
      }
      return Optional.ofNullable(key);
    }

    /**
     * How the near cache of {@link DoorwardClient#validator} is set up.
     *
     * @param settings the default is {@link NearCacheSettings#DEFAULT}
     * @return this builder
     */
    public Builder nearCache(NearCacheSettings settings) {
      nearCache = Objects.requireNonNull(settings, "settings");
      return this;
    }

    /**
     * Where to tell what the client does: metrics and traces of its calls, by gRPC's own plugin and names, and how the near
     * cache is ({@code doorward.near_cache.hits}, {@code misses}, {@code revocations}, {@code resets}, {@code entries}, {@code
     * lease}). Who calls this depends on {@code io.grpc:grpc-opentelemetry} as well, which the client stub does not bring along.
     *
     * @param openTelemetry the process's own; the default is none
     * @return this builder
     */
    public Builder openTelemetry(OpenTelemetry openTelemetry) {
      telemetry = Optional.of(new ClientTelemetry(openTelemetry));
      return this;
    }

    /**
     * The client. It has not connected yet.
     *
     * @return a client of its own, to be closed when it is no longer needed
     * @throws IllegalArgumentException if gRPC knows no way to resolve the target, if a file of certificates or a key
     *     can't be used, or if there are such files although {@link #plaintext} was asked for
     */
    public DoorwardClient build() {
      return build(Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "doorward-tls-files");
        thread.setDaemon(true);
        return thread;
      }));
    }

    /** With another measure of time. */
    DoorwardClient build(ScheduledExecutorService tlsFiles) {
      if (plaintext && (authorities.isPresent() || identity.isPresent())) {
        throw new IllegalArgumentException(
            "plaintext: set (expected: either it, or authorities and certificate)");
      }
      return new DoorwardClient(this, tlsFiles);
    }
  }
}
