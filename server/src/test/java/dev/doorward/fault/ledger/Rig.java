package dev.doorward.fault.ledger;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.testing.Proxy;
import dev.doorward.testing.Rows;
import dev.doorward.testing.TestServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A MariaDB, a network, and the production jar, each to be broken: processes of their own, all on this machine. */
final class Rig implements AutoCloseable {

  private final Path jar;
  private final Path log;
  private final EmbeddedMariaDb mariaDb;
  private final Proxy network;
  private final ServerJar server;
  private final Site site;

  /** @param log where the server's goes */
  Rig(EmbeddedMariaDb mariaDb, Path jar, Path log) {
    this.jar = jar;
    this.log = log;
    this.mariaDb = mariaDb;
    this.network = Proxy.before(mariaDb.port());
    String url = mariaDb.jdbcUrl().replace(":" + mariaDb.port() + "/", ":" + network.port() + "/");
    Map<String, String> settings = TestServer.settings(
        mariaDb,
        "database.url",
        url,
        // Many sign up, and the hash is not what is tried here.
        "password.memory-kib",
        "64",
        "password.iterations",
        "1",
        // So often it looks whether there is room again.
        "retention.sweep-interval",
        "5s");
    this.server = new ServerJar(jar, log, settings);
    this.server.start();
    this.site = Site.of(List.of("127.0.0.1:" + server.port()), List.of(new Rows(mariaDb)));
  }

  /** Another like this one. */
  Rig on(EmbeddedMariaDb other) {
    return new Rig(other, jar, log);
  }

  EmbeddedMariaDb mariaDb() {
    return mariaDb;
  }

  /** Between the server and MariaDB. */
  Proxy network() {
    return network;
  }

  ServerJar server() {
    return server;
  }

  Site site() {
    return site;
  }

  void startServer(Map<String, String> environment) {
    server.start(environment);
    site.reconnect();
  }

  @Override
  public void close() {
    site.close();
    server.close();
    network.close();
    mariaDb.close();
  }
}
