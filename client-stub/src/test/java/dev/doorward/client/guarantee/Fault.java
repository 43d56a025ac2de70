package dev.doorward.client.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.client.guarantee.PolledSession.Poll;
import dev.doorward.development.MariaDbFaults;
import dev.doorward.testing.Proxy;
import dev.doorward.testing.Proxy.Direction;
import dev.doorward.testing.Signal;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What befalls a client, its servers, the network between them, or the database; and passes. */
enum Fault {
  THE_NETWORK_IS_CUT(Client.withLease(Duration.ofSeconds(3))) {
    @Override
    void befall(Trial trial) {
      partition(trial, Proxy::cut);
    }
  },

  NO_SERVER_LISTENS(Client.withLease(Duration.ofSeconds(3))) {
    @Override
    void befall(Trial trial) {
      partition(trial, Proxy::refuse);
    }
  },

  THE_NETWORK_IS_SILENT(Client.withLease(Duration.ofSeconds(3))) {
    @Override
    void befall(Trial trial) {
      partition(trial, network -> network.hold(Direction.TO_SERVER, Direction.TO_CLIENT));
    }
  },

  ANSWERS_ARE_SLOW_AND_THEN_SILENT(Client.withLease(Duration.ofSeconds(3))) {
    @Override
    void befall(Trial trial) {
      trial.cluster().network(network -> network.delay(Direction.TO_CLIENT, Duration.ofSeconds(2)));
      trial.awaitOverdue(10);
      trial.awaitMemory();
      trial.awaitRevoked(45); // Of the last of them the client will not hear.
      isolate(trial, network -> network.hold(Direction.TO_CLIENT));
    }
  },

  /** Whichever of them the stream is on, answers of the other one are overtaken by what it brings. */
  ONE_SERVER_IS_FAR_AWAY(Client.withLease(Duration.ofSeconds(1))
      .withEntryLifetime(Duration.ofSeconds(2))
      .withDeadline(Duration.ofSeconds(5))) {
    @Override
    void befall(Trial trial) {
      for (Proxy network : trial.cluster().networks()) {
        network.delay(Direction.TO_CLIENT, Duration.ofMillis(1200));
        trial.awaitOverdue(40);
        network.pass();
        trial.awaitMemory();
      }
    }
  },

  THE_CLIENT_STANDS_STILL(Client.withLease(Duration.ofSeconds(1))) {
    @Override
    void befall(Trial trial) {
      for (int i = 0; i < 3; i++) {
        trial.signal(Signal.STOP);
        trial.awaitOverdue(5);
        trial.signal(Signal.CONT);
        trial.awaitMemory();
      }
    }
  },

  SERVERS_STAND_STILL(Client.withLease(Duration.ofSeconds(1))) {
    @Override
    void befall(Trial trial) {
      for (ServerProcess server : trial.cluster().servers()) {
        server.pause();
        trial.awaitOverdue(10);
        server.resume();
        trial.awaitMemory();
      }
    }
  },

  SERVERS_ARE_KILLED(Client.withLease(Duration.ofSeconds(1))) {
    @Override
    void befall(Trial trial) {
      for (int i = 0; i < trial.cluster().servers().size(); i++) {
        trial.cluster().servers().get(i).kill();
        trial.awaitOverdue(10);
        trial.cluster().restart(i);
        trial.awaitMemory();
      }
    }
  },

  THE_DATABASE_STANDS_STILL(Client.withLease(Duration.ofSeconds(3))) {
    @Override
    void befall(Trial trial) {
      trial.awaitOverdue(10);
      trial.awaitMemory();
      long before = System.nanoTime();
      MariaDbFaults.pause(trial.cluster().mariaDb());
      try {
        trial.awaitCannotTell();
      } finally {
        MariaDbFaults.resume(trial.cluster().mariaDb());
      }
      assertThat(trial.saw(Outcome.ACCEPTED, poll -> poll.beganAfter(before)))
          .as("whether memory went on to answer")
          .isTrue();
      trial.awaitMemory();
      trial.awaitOverdue(10);
    }
  },

  NOTHING(Client.withLease(Duration.ofSeconds(1))) {
    @Override
    void befall(Trial trial) {
      trial.awaitOverdue(40);
    }
  };

  private final Client client;

  Fault(Client client) {
    this.client = client;
  }

  /** Whom it befalls. */
  Client client() {
    return client;
  }

  /** Returns when it has passed, and the client answers from memory again. */
  abstract void befall(Trial trial);

  /** Memory answers until the lease is over, and then nobody does. */
  private static void partition(Trial trial, Consumer<Proxy> fault) {
    assertThat(trial.saw(Outcome.ACCEPTED, isolate(trial, fault)))
        .as("whether memory answered while nobody could be reached")
        .isTrue();
  }

  /** Tells which polls were made while nobody could be reached. */
  private static Predicate<Poll> isolate(Trial trial, Consumer<Proxy> fault) {
    trial.cluster().network(fault);
    long begun = System.nanoTime();
    trial.awaitOverdue(10);
    trial.awaitCannotTell();
    long ending = System.nanoTime();
    trial.cluster().network(Proxy::pass);

    Predicate<Poll> alone = poll -> poll.beganAfter(begun) && poll.endedBefore(ending);
    assertThat(trial.saw(
            Outcome.ACCEPTED,
            alone.and(poll -> poll.beganAfter(begun + trial.lease().toNanos()))))
        .as("whether memory answered after the lease")
        .isFalse();
    trial.awaitMemory();
    return alone;
  }
}
