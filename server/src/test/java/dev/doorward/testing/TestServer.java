package dev.doorward.testing;

import dev.doorward.Config;
import dev.doorward.Doorward;
import dev.doorward.account.TokenKeys;
import dev.doorward.caller.CallerKey;
import dev.doorward.config.Settings;
import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.secrecy.Suite;
import dev.doorward.token.TokenForm;
import dev.doorward.v1.AccountServiceGrpc;
import dev.doorward.v1.AccountServiceGrpc.AccountServiceBlockingStub;
import dev.doorward.v1.CallerServiceGrpc;
import dev.doorward.v1.CallerServiceGrpc.CallerServiceBlockingStub;
import dev.doorward.v1.EventServiceGrpc;
import dev.doorward.v1.EventServiceGrpc.EventServiceBlockingStub;
import dev.doorward.v1.PasswordServiceGrpc;
import dev.doorward.v1.PasswordServiceGrpc.PasswordServiceBlockingStub;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.SessionServiceGrpc.SessionServiceBlockingStub;
import dev.doorward.v1.UserServiceGrpc;
import dev.doorward.v1.UserServiceGrpc.UserServiceBlockingStub;
import dev.doorward.v1.VerificationServiceGrpc;
import dev.doorward.v1.VerificationServiceGrpc.VerificationServiceBlockingStub;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The server as production wires it, on a port of its own, and a channel to it. */
public final class TestServer implements AutoCloseable {

  /** The name of the caller that makes the calls of the tests, and may make every call. */
  public static final String CALLER = "local";

  private static final CallerKey KEY = CallerKey.generate();
  private static final String TOKEN_KEYS =
      TokenKeyFile.of(TokenKeys.generateLine()).toString();

  static {
    Suite.keepCallerKey(KEY.reveal());
  }

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final TestDatabase database;
  private final Doorward doorward;
  private final ManagedChannel anonymous;
  private final ManagedChannel channel;

  /** Before other nodes of the same cluster, and called as often as this one. */
  private final List<TestServer> others = new ArrayList<>();

  private boolean stopped;

  private TestServer(TestDatabase database, Map<String, String> settings, Clock clock) {
    this.database = database;
    try {
      this.doorward = Doorward.start(Config.read(new Settings(settings)), clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    introduceCaller(rows());
    this.anonymous =
        NettyChannelBuilder.forAddress("127.0.0.1", port()).usePlaintext().build();
    this.channel = NettyChannelBuilder.forAddress("127.0.0.1", port())
        .usePlaintext()
        .intercept(this::elsewhere, credential())
        .build();
  }

  public static TestServer start(EmbeddedMariaDb mariaDb, String... overrides) {
    return start(TestDatabase.of(mariaDb), overrides);
  }

  /** @param overrides keys and values of settings other than the defaults */
  public static TestServer start(TestDatabase database, String... overrides) {
    return new TestServer(database, settings(database, overrides), Clock.systemUTC());
  }

  /** One for which it is that moment, and goes on to be, in the database too. */
  public static TestServer startAt(Instant now, TestDatabase database, String... overrides) {
    Map<String, String> settings = settings(database, overrides);
    String url = database.jdbcUrl();
    settings.put(
        "database.url",
        url + (url.contains("?") ? "&" : "?") + "sessionVariables=timestamp="
            + now.getEpochSecond());
    return new TestServer(database, settings, Clock.fixed(now, ZoneOffset.UTC));
  }

  public static Map<String, String> settings(EmbeddedMariaDb mariaDb, String... overrides) {
    return settings(TestDatabase.of(mariaDb), overrides);
  }

  /** The settings of a server on this database. */
  public static Map<String, String> settings(TestDatabase database, String... overrides) {
    Map<String, String> settings = new HashMap<>(Map.of(
        "server.port", "0",
        // Some servers of the tests live in the future, where all that is in their database has
        // ended.
        "retention.sweep-interval", "1h",
        "database.url", database.jdbcUrl(),
        "database.user", database.user(),
        "database.password", database.password(),
        "account.openid-providers-file", TestIssuer.providersFile(),
        "account.token-keys-file", TOKEN_KEYS));
    for (int i = 0; i < overrides.length; i += 2) {
      settings.put(overrides[i], overrides[i + 1]);
    }
    return settings;
  }

  public int port() {
    return doorward.address().getPort();
  }

  /** What the admin address answers: its status and its body. */
  public HttpResponse<String> admin(String path) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort() + path))
                  .build(),
              BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A metric's value, by its name and labels as /metrics has them; 0 if there is none. */
  public double metric(String nameAndLabels) {
    return admin("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(nameAndLabels + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(nameAndLabels.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  public int adminPort() {
    return doorward.adminPort().orElseThrow();
  }

  public int channelzPort() {
    return doorward.channelzPort().orElseThrow();
  }

  /** How many passwords it has hashed or checked so far. */
  public long passwordHashes() {
    return doorward.passwordHashes();
  }

  /** All that the server has registered. */
  public List<ServiceDescriptor> services() {
    return doorward.services();
  }

  /** With {@link #key}. */
  public ManagedChannel channel() {
    return channel;
  }

  /** A channel that presents nothing. */
  public Channel channelWithoutKey() {
    return anonymous;
  }

  /** @param authorization the header */
  public Channel channelWith(String authorization) {
    return ClientInterceptors.intercept(anonymous, credential(authorization));
  }

  /** Of {@link #CALLER}. */
  public String key() {
    return KEY.reveal();
  }

  /** The same, for processes that are no TestServer. */
  public static String sharedKey() {
    return KEY.reveal();
  }

  /** Presents {@link #key}. */
  public static ClientInterceptor credential() {
    return credential("Bearer " + KEY.reveal());
  }

  public CallerServiceBlockingStub callers() {
    return CallerServiceGrpc.newBlockingStub(channel);
  }

  public UserServiceBlockingStub users() {
    return UserServiceGrpc.newBlockingStub(channel);
  }

  public SessionServiceBlockingStub sessions() {
    return SessionServiceGrpc.newBlockingStub(channel);
  }

  public AccountServiceBlockingStub accounts() {
    return AccountServiceGrpc.newBlockingStub(channel);
  }

  public PasswordServiceBlockingStub passwords() {
    return PasswordServiceGrpc.newBlockingStub(channel);
  }

  public VerificationServiceBlockingStub verifications() {
    return VerificationServiceGrpc.newBlockingStub(channel);
  }

  public EventServiceBlockingStub events() {
    return EventServiceGrpc.newBlockingStub(channel);
  }

  public Given given() {
    return new Given(this);
  }

  public Rows rows() {
    return new Rows(database);
  }

  public Trail trail() {
    return new Trail(this);
  }

  /** From now on every call goes to this server or to one like it before that node. */
  void isJoinedAt(TestDatabase node) {
    others.add(start(node));
  }

  private <Q, A> ClientCall<Q, A> elsewhere(
      MethodDescriptor<Q, A> method, CallOptions options, Channel here) {
    int choice = ThreadLocalRandom.current().nextInt(others.size() + 1);
    Channel chosen = choice == 0 ? here : others.get(choice - 1).anonymous;
    return chosen.newCall(method, options);
  }

  /** Stops the server, as a signal does; the channel to it stays. */
  public void stop() {
    if (!stopped) {
      stopped = true;
      doorward.close();
    }
  }

  @Override
  public void close() {
    anonymous.shutdownNow();
    channel.shutdownNow();
    try {
      channel.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stop();
    others.forEach(TestServer::close);
  }

  /** Makes {@link #CALLER} known, past the server, which gives its first key to nobody but an operator. */
  public static void introduceCaller(Rows rows) {
    rows.change(
        "INSERT IGNORE INTO caller (id, name, roles) VALUES ('tests', ?, ?)",
        CALLER,
        "VALIDATOR,AUTHENTICATOR,DIRECTORY,ADMIN,OPERATOR");
    rows.change(
        "INSERT IGNORE INTO caller_key (id, callerId, hash, expires)"
            + " VALUES (?, 'tests', ?, UTC_TIMESTAMP(6) + INTERVAL 10 YEAR)",
        KEY.id(),
        TokenForm.hash(KEY.reveal()));
  }

  private static ClientInterceptor credential(String authorization) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, authorization);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }
}
