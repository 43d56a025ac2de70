package dev.doorward.client.guarantee;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.development.MariaDbFaults;
import dev.doorward.testing.Proxy;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.WallClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** A database and servers in processes of their own, and a network between them and their clients. */
final class Cluster implements AutoCloseable {

  private final EmbeddedMariaDb mariaDb;
  private final List<ServerProcess> servers = new ArrayList<>();
  private final List<Proxy> proxies = new ArrayList<>();
  private final Path hosts;

  private Cluster(EmbeddedMariaDb mariaDb, Map<String, String> environment, String... addresses) {
    this.mariaDb = mariaDb;
    int port = 0;
    for (String address : addresses) {
      ServerProcess server = ServerProcess.start(mariaDb, environment);
      servers.add(server);
      Proxy proxy = Proxy.at(address, port, server.port());
      proxies.add(proxy);
      port = proxy.port();
    }
    try {
      hosts = Files.createTempFile("hosts", "");
      Files.writeString(hosts, String.join(" localhost\n", addresses) + " localhost\n");
      hosts.toFile().deleteOnExit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Cluster start() {
    return new Cluster(TestMariaDb.fresh(), WallClock.REAL, "127.0.0.1", "127.0.0.2");
  }

  static Cluster ofThree() {
    return new Cluster(TestMariaDb.fresh(), WallClock.REAL, "127.0.0.1", "127.0.0.2", "127.0.0.3");
  }

  /** Another server on the same database. */
  Cluster with(Map<String, String> environment) {
    return new Cluster(mariaDb, environment, "127.0.0.1");
  }

  EmbeddedMariaDb mariaDb() {
    return mariaDb;
  }

  List<ServerProcess> servers() {
    return servers;
  }

  /** One that no fault has befallen, if there is one. */
  Optional<ServerProcess> anyServer() {
    List<ServerProcess> available =
        servers.stream().filter(ServerProcess::isAvailable).toList();
    return available.isEmpty()
        ? Optional.empty()
        : Optional.of(available.get(ThreadLocalRandom.current().nextInt(available.size())));
  }

  /** One name with the address of each server. */
  String target() {
    return "localhost:" + proxies.get(0).port();
  }

  /** For a JVM that is to resolve that name. */
  List<String> options() {
    return List.of("-Djdk.net.hosts.file=" + hosts);
  }

  List<Proxy> networks() {
    return proxies;
  }

  void network(Consumer<Proxy> change) {
    proxies.forEach(change);
  }

  void restart(int number) {
    servers.get(number).restart();
    proxies.get(number).target(servers.get(number).port());
  }

  /** As whoever brings out a new release does: asked to stop, it ends what it has begun; then the next one starts. */
  void replace(int number) {
    servers.get(number).stop();
    restart(number);
  }

  /** As if nothing had happened, for the next test. */
  void heal() {
    MariaDbFaults.resume(mariaDb);
    proxies.forEach(Proxy::pass);
    for (int i = 0; i < servers.size(); i++) {
      if (servers.get(i).isAlive()) {
        servers.get(i).resume();
      } else {
        restart(i);
      }
    }
  }

  @Override
  public void close() {
    proxies.forEach(Proxy::close);
    servers.forEach(ServerProcess::close);
  }
}
