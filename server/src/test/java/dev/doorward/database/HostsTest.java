package dev.doorward.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorward.Config;
import dev.doorward.call.Patience;
import dev.doorward.config.Settings;
import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.development.MariaDbFaults;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.rpc.CallPatience;
import dev.doorward.telemetry.Telemetry;
import dev.doorward.testing.Await;
import dev.doorward.testing.Rows;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import io.grpc.Context;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.ibatis.annotations.Select;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Of several hosts in a URL the first that works is taken, and what is said to one is not said to another. */
class HostsTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  private static EmbeddedMariaDb first;
  private static EmbeddedMariaDb second;

  interface Questions {
    @Select("SELECT @@port")
    int port();

    @Select("SELECT @@sql_mode")
    String sqlMode();

    @Select("SELECT SLEEP(600)")
    int sleep();

    @Select("SELECT n FROM held LOCK IN SHARE MODE")
    int held();
  }

  @BeforeAll
  static void start() {
    first = TestMariaDb.fresh();
    second = TestMariaDb.fresh();
    for (EmbeddedMariaDb mariaDb : new EmbeddedMariaDb[] {first, second}) {
      Rows rows = new Rows(mariaDb);
      rows.change("CREATE USER anyone IDENTIFIED BY 'anyone'");
      rows.change("GRANT ALL PRIVILEGES ON *.* TO anyone");
      rows.change("CREATE TABLE held (n INT)");
      rows.change("INSERT INTO held VALUES (1)");
    }
  }

  @AfterAll
  static void stop() {
    first.close();
    second.close();
  }

  @Test
  void theSecondIsAskedWhileTheFirstIsDown() {
    MariaDbFaults.kill(first);
    try (Use use = new Use(url(""), Patience.ENDLESS)) {
      assertThat(use.database.read(use.questions::port)).isEqualTo(second.port());
      assertThat(use.database.isReachable()).isTrue();
    } finally {
      first.restart();
    }
    try (Use use = new Use(url(""), Patience.ENDLESS)) {
      assertThat(use.database.read(use.questions::port)).isEqualTo(first.port());
    }
  }

  @Test
  void sessionVariablesOfTheUrlLeaveTheServersOwnAsTheyAre() {
    try (Use use =
        new Use(url("&sessionVariables=wsrep_sync_wait=1,sql_mode=''"), Patience.ENDLESS)) {
      assertThat(use.database.read(use.questions::sqlMode)).isEqualTo("STRICT_ALL_TABLES");
    }
  }

  /** The first host is back by then, and would be asked first by whoever connects anew. */
  @Test
  void anAbandonedStatementIsStoppedWhereItRuns() throws Exception {
    Rows there = new Rows(second);
    String asleep = "information_schema.processlist WHERE info = 'SELECT SLEEP(600)'";
    ExecutorService thread = Executors.newSingleThreadExecutor();
    MariaDbFaults.kill(first);
    try (Use use = new Use(url(""), new CallPatience(Telemetry.off()))) {
      use.database.read(use.questions::port);
      first.restart();
      Context.CancellableContext call = Context.current().withCancellation();
      Future<?> abandoned = thread.submit(call.wrap(() -> use.database.read(use.questions::sleep)));
      Await.until(SOON, "the statement runs", () -> there.count(asleep) == 1);
      long connections = there.count("information_schema.processlist WHERE user = 'anyone'");

      call.cancel(null);

      assertThatThrownBy(() -> abandoned.get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(Refusal.class);
      assertThat(there.count(asleep)).isZero();
      assertThat(there.count("information_schema.processlist WHERE user = 'anyone'"))
          .isEqualTo(connections);
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void aReadThatWaitsTooLongIsRefusedForNow() throws Exception {
    try (Use use = new Use(url(""), Patience.ENDLESS, "database.lock-wait-timeout", "1s");
        Connection holder = new Rows(first).connect();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("SELECT n FROM held FOR UPDATE");

      assertThatThrownBy(() -> use.database.read(use.questions::held))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.reason()).isEqualTo(Reason.DATABASE_UNAVAILABLE));
    }
  }

  @Test
  void aModeOfTheDriverIsRefused() {
    assertThatThrownBy(() -> Pools.parseUrl("jdbc:mariadb:sequential://a,b/doorward"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected: hosts without a mode, the first one first, as in jdbc:mariadb://HOST,HOST/DATABASE");
    assertThatThrownBy(() -> Pools.parseUrl("jdbc:mariadb://a/doorward?initSql=DO%201"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected: initSql left to the server");
  }

  private static String url(String options) {
    return "jdbc:mariadb://127.0.0.1:" + first.port() + ",127.0.0.1:" + second.port()
        + "/doorward?sslMode=disable" + options;
  }

  /** A database as the server has it. */
  private static final class Use implements AutoCloseable {

    private final StatementKiller killer;
    private final Pools pools;
    private final Database database;
    private final Questions questions;

    private Use(String url, Patience patience, String... overrides) {
      var settings = TestServer.settings(second, overrides);
      settings.put("database.url", url);
      settings.put("database.user", "anyone");
      settings.put("database.password", "anyone");
      settings.put("database.socket-timeout", "10m");
      DatabaseConfig config = Config.read(new Settings(settings)).database();
      this.killer = new StatementKiller(patience);
      this.pools = new Pools(config);
      this.database = new Database(
          pools.reads(), pools.writes(), patience, killer, (statement, nanos, done) -> {});
      this.questions = database.mapper(Questions.class);
    }

    @Override
    public void close() {
      pools.close();
      killer.close();
    }
  }
}
