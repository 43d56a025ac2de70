package dev.doorward;

import dev.doorward.account.AccountGrpcService;
import dev.doorward.account.AccountSignIn;
import dev.doorward.account.Accounts;
import dev.doorward.call.Patience;
import dev.doorward.database.Database;
import dev.doorward.database.Migrations;
import dev.doorward.database.Pools;
import dev.doorward.database.StatementKiller;
import dev.doorward.event.Events;
import dev.doorward.idempotency.Idempotency;
import dev.doorward.password.PasswordGrpcService;
import dev.doorward.password.PasswordHashing;
import dev.doorward.password.Passwords;
import dev.doorward.revocation.Revocations;
import dev.doorward.rpc.CallPatience;
import dev.doorward.rpc.GrpcServer;
import dev.doorward.rpc.Health;
import dev.doorward.rpc.Workers;
import dev.doorward.session.Prolongation;
import dev.doorward.session.SessionGrpcService;
import dev.doorward.session.Sessions;
import dev.doorward.user.UserGrpcService;
import dev.doorward.user.Users;
import io.grpc.BindableService;
import io.grpc.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** A server, from its database to its port: who needs whom, and in which order they start and stop. */
public final class Doorward implements AutoCloseable {

  private final Duration drain;
  private final Pools pools;
  private final StatementKiller killer;
  private final Prolongation prolongation;
  private final PasswordHashing hashing;
  private final ExecutorService workers;
  private final Health health;
  private final Server server;

  private Doorward(Config config) throws IOException {
    this.drain = config.server().drain();
    Migrations migrations = new Migrations(config.database());
    if (config.database().migrate()) {
      migrations.migrate();
    } else {
      migrations.validate();
    }

    Patience patience = new CallPatience();
    this.workers = Workers.start(config.server().workerThreads());
    this.killer = new StatementKiller(config.database(), patience);
    this.pools = new Pools(config.database());
    Database database = new Database(pools, patience, killer);

    Events events = new Events(database);
    Revocations revocations = new Revocations(database);
    Idempotency idempotency = new Idempotency(database);
    Users users = new Users(database, idempotency, revocations, events);
    this.prolongation = new Prolongation(database, config.sessions());
    Sessions sessions = new Sessions(
        database, users, idempotency, revocations, events, prolongation, config.sessions());
    Accounts accounts = new Accounts(database, users, idempotency, events);
    AccountSignIn signIn =
        new AccountSignIn(database, users, sessions, accounts, idempotency, config.accounts());
    this.hashing = new PasswordHashing(config.passwords(), patience);
    Passwords passwords = new Passwords(
        database,
        hashing,
        work -> workers.execute(patience.carry(work)),
        users,
        sessions,
        idempotency,
        events,
        config.passwords());

    List<BindableService> services = List.of(
        new UserGrpcService(users),
        new SessionGrpcService(sessions),
        new AccountGrpcService(accounts, signIn, config.passwords().provider()),
        new PasswordGrpcService(passwords, config.passwords()));
    this.health = new Health(database, services);
    this.server = GrpcServer.start(config.server(), workers, health, services);
    health.start();
  }

  /** Starts a server, which answers as soon as this returns. */
  public static Doorward start(Config config) throws IOException {
    return new Doorward(config);
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) server.getListenSockets().get(0);
  }

  public void awaitTermination() throws InterruptedException {
    server.awaitTermination();
  }

  /** Takes no new calls, lets those in flight finish for a while, then lets go of everything. */
  @Override
  public void close() {
    health.close();
    server.shutdown();
    try {
      if (!server.awaitTermination(drain.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    hashing.close();
    prolongation.close();
    workers.shutdown();
    killer.close();
    pools.close();
  }
}
