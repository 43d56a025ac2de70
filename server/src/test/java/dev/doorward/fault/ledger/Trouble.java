package dev.doorward.fault.ledger;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.development.MariaDbFaults;
import dev.doorward.testing.Proxy.Direction;
import dev.doorward.testing.WallClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What befalls the server or its database; and, at the end, what would lose something if it were so, to show that it is seen. */
enum Trouble {
  SERVER_KILLED(50, 3) {
    @Override
    void befall(Rig rig, Trial trial, Load load) {
      rig.server().kill();
      rig.startServer(Map.of());
    }
  },

  DATABASE_KILLED(20, 2) {
    @Override
    void befall(Rig rig, Trial trial, Load load) {
      MariaDbFaults.kill(rig.mariaDb());
      rig.mariaDb().restart();
    }
  },

  BOTH_KILLED(5, 1) {
    @Override
    void befall(Rig rig, Trial trial, Load load) {
      MariaDbFaults.kill(rig.mariaDb());
      rig.server().kill();
      rig.mariaDb().restart();
      rig.startServer(Map.of());
    }
  },

  DATABASE_PAUSED(3, 1) {
    @Override
    void befall(Rig rig, Trial trial, Load load) {
      MariaDbFaults.pause(rig.mariaDb());
      Load.pass(trial.isBrief() ? Duration.ofSeconds(4) : Duration.ofSeconds(30));
      MariaDbFaults.resume(rig.mariaDb());
    }
  },

  /** Of the connection to the database; as many cycles as there are bytes, or a few. */
  CONNECTION_CUT_AFTER_EACH_BYTE(1, 97) {
    @Override
    Result run(Rig rig, boolean brief) {
      Trial trial = new Trial(rig.site(), brief);
      return trial.runAlone(
          this, client -> new ByteSweep(rig.network(), client, cycles(brief)).run());
    }
  },

  /** The network accepts connections, and carries nothing; what was on its way is lost. */
  BLACK_HOLE(5, 1) {
    @Override
    void befall(Rig rig, Trial trial, Load load) {
      rig.network().hold(Direction.values());
      Load.pass(trial.isBrief() ? Duration.ofSeconds(4) : Duration.ofSeconds(15));
      rig.network().cut();
      rig.network().pass();
    }
  },

  /** What the server says comes late, or what the database says. */
  HALF_OPEN(3, 1) {
    @Override
    void befall(Rig rig, Trial trial, Load load) {
      for (Direction direction : Direction.values()) {
        rig.network().hold(direction);
        Load.pass(trial.isBrief() ? Duration.ofSeconds(3) : Duration.ofSeconds(15));
        rig.network().pass();
        load.awaitAcknowledged(Trial.SOME);
      }
    }
  },

  /**
   * Whatever needs room is refused, until there is some, but sessions can be revoked. Whoever looks after MariaDB starts it again
   * if that was too much for it.
   */
  DISK_FULL(5, 1) {
    private static final int SESSIONS = 200;

    @Override
    Result run(Rig rig, boolean brief) {
      try (SmallDisk disk = SmallDisk.mount();
          Rig small = rig.on(EmbeddedMariaDb.start(
              disk.directory().resolve("mariadb"),
              "--innodb-log-file-size=16M",
              "--innodb-buffer-pool-size=64M"));
          Keeper keeper = new Keeper(small.mariaDb())) {
        Trial trial = new Trial(small.site(), brief);
        return trial.run(this, cycles(brief), load -> {
          Client revoking = trial.client(deadlines());
          Client.Life life = revoking.createUser();
          for (int i = 0; i < SESSIONS; i++) {
            revoking.createSession(life);
          }
          disk.fill();
          load.awaitRefused(100);
          revoking.revokeAll(life);
          disk.free();
        });
      }
    }
  },

  POOL_EXHAUSTED(5, 1) {
    @Override
    int clients() {
      return 40;
    }

    @Override
    void befall(Rig rig, Trial trial, Load load) {
      try (Connection connection = trial.site().rows().connect();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute("SELECT seq FROM revocation_lane FOR UPDATE");
        load.awaitRefused(20);
        connection.rollback();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  },

  DEADLINE_STORM(20, 3) {
    @Override
    Deadlines deadlines() {
      return Deadlines.HASTY;
    }

    @Override
    int clients() {
      return 24;
    }

    @Override
    void befall(Rig rig, Trial trial, Load load) {
      load.awaitIntended(500);
    }
  },

  SERVER_CLOCK_MOVED(5, 1) {
    @Override
    boolean isFelt() {
      return false;
    }

    @Override
    Result run(Rig rig, boolean brief) {
      WallClock clock = new WallClock(
          WallClock.library()
              .orElseThrow(() -> new IllegalStateException("libfaketime is not installed")),
          temporaryFile());
      rig.server().close();
      rig.startServer(clock.environment());
      Trial trial = new Trial(rig.site(), brief);
      Result result = trial.run(this, cycles(brief), load -> {
        for (String distance : new String[] {"+5h", "-5h", "+0"}) {
          clock.moveBy(distance);
          load.awaitAcknowledged(Trial.SOME);
        }
      });
      rig.server().close();
      rig.startServer(Map.of());
      return result;
    }
  },

  /** To servers that were there already. */
  OF_SOMEBODY_ELSE(1, 1) {
    @Override
    boolean isFelt() {
      return false;
    }
  },

  // And to the nodes of a cluster, each with a server before it.
  NODE_KILLED(20, 1),
  CLUSTER_KILLED(10, 1),
  NODE_PAUSED(3, 1),
  CLUSTER_SPLIT(3, 1),

  /**
   * MariaDB writes its log once in a while and not at each commit. Often enough, for a log that is written for another reason right
   * before the end loses nothing.
   */
  CONTROL_LOG_NOT_FLUSHED(12, 12) {
    @Override
    void befall(Rig rig, Trial trial, Load load) {
      trial.site().rows().change("SET GLOBAL innodb_flush_log_at_timeout = 60");
      trial.site().rows().change("SET GLOBAL innodb_flush_log_at_trx_commit = 0");
      load.awaitAcknowledged(4 * Trial.SOME);
      MariaDbFaults.kill(rig.mariaDb());
      rig.mariaDb().restart();
    }
  },

  CONTROL_READ_MODIFY_WRITE(5, 2) {
    @Override
    boolean isFelt() {
      return false;
    }

    @Override
    void befall(Rig rig, Trial trial, Load load) {
      try (StaleWriter writer = new StaleWriter(trial.site().rows(), trial.ledger())) {
        load.awaitAcknowledged(4 * Trial.SOME);
      }
    }
  },

  CONTROL_CURSOR_OVER_IDS(5, 2) {
    @Override
    boolean isFelt() {
      return false;
    }

    @Override
    Follower follower(Trial trial) {
      return new CursorReader(trial.site().rows());
    }

    /** Some commits take their time. */
    @Override
    void befall(Rig rig, Trial trial, Load load) {
      try (Connection connection = trial.site().rows().connect();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute("SELECT seq FROM revocation_lane WHERE lane < 8 FOR UPDATE");
        load.awaitAcknowledged(Trial.SOME);
        connection.rollback();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
      load.awaitAcknowledged(Trial.SOME);
    }
  };

  /** What somebody else does. */
  static final Set<Trouble> THEIRS =
      EnumSet.of(OF_SOMEBODY_ELSE, NODE_KILLED, CLUSTER_KILLED, NODE_PAUSED, CLUSTER_SPLIT);

  /** What this suite can do by itself. */
  static final List<Trouble> OURS =
      Stream.of(values()).filter(trouble -> !THEIRS.contains(trouble)).toList();

  private final int cycles;
  private final int cyclesInBrief;

  Trouble(int cycles, int cyclesInBrief) {
    this.cycles = cycles;
    this.cyclesInBrief = cyclesInBrief;
  }

  /** Leaves the rig as it was. */
  Result run(Rig rig, boolean brief) {
    Trial trial = new Trial(rig.site(), brief);
    return trial.run(this, cycles(brief), load -> befall(rig, trial, load));
  }

  /** Returns when it has passed. */
  void befall(Rig rig, Trial trial, Load load) {
    throw new AssertionError(this);
  }

  Deadlines deadlines() {
    return Deadlines.PATIENT;
  }

  int clients() {
    return 12;
  }

  Follower follower(Trial trial) {
    return new FeedReader(trial.site(), trial.findings());
  }

  /** Whether calls fail by it, or the suite did not do what it says. */
  boolean isFelt() {
    return true;
  }

  boolean isControl() {
    return name().startsWith("CONTROL_");
  }

  int cycles(boolean brief) {
    return brief ? cyclesInBrief : cycles;
  }

  /** As it is named on the command line and in the table. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Path temporaryFile() {
    try {
      return Files.createTempDirectory("clock").resolve("offset");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
