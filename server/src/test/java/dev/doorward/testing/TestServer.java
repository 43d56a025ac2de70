package dev.doorward.testing;

import dev.doorward.Config;
import dev.doorward.Doorward;
import dev.doorward.config.Settings;
import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.v1.AccountServiceGrpc;
import dev.doorward.v1.AccountServiceGrpc.AccountServiceBlockingStub;
import dev.doorward.v1.PasswordServiceGrpc;
import dev.doorward.v1.PasswordServiceGrpc.PasswordServiceBlockingStub;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.SessionServiceGrpc.SessionServiceBlockingStub;
import dev.doorward.v1.UserServiceGrpc;
import dev.doorward.v1.UserServiceGrpc.UserServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The server as production wires it, on a port of its own, and a channel to it. */
public final class TestServer implements AutoCloseable {

  private final EmbeddedMariaDb mariaDb;
  private final Doorward doorward;
  private final ManagedChannel channel;
  private boolean stopped;

  private TestServer(EmbeddedMariaDb mariaDb, Map<String, String> settings) {
    this.mariaDb = mariaDb;
    try {
      this.doorward = Doorward.start(Config.read(new Settings(settings)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port()).usePlaintext().build();
  }

  /** @param overrides keys and values of settings other than the defaults */
  public static TestServer start(EmbeddedMariaDb mariaDb, String... overrides) {
    return new TestServer(mariaDb, settings(mariaDb, overrides));
  }

  /** The settings of a server on this database. */
  public static Map<String, String> settings(EmbeddedMariaDb mariaDb, String... overrides) {
    Map<String, String> settings = new HashMap<>(Map.of(
        "server.port", "0",
        "database.url", mariaDb.jdbcUrl(),
        "database.user", mariaDb.user(),
        "database.password", mariaDb.password()));
    for (int i = 0; i < overrides.length; i += 2) {
      settings.put(overrides[i], overrides[i + 1]);
    }
    return settings;
  }

  public int port() {
    return doorward.address().getPort();
  }

  /** How many passwords it has hashed or checked so far. */
  public long passwordHashes() {
    return doorward.passwordHashes();
  }

  public ManagedChannel channel() {
    return channel;
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

  public Given given() {
    return new Given(this);
  }

  public Rows rows() {
    return new Rows(mariaDb);
  }

  public Trail trail() {
    return new Trail(this);
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
    channel.shutdownNow();
    try {
      channel.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stop();
  }
}
