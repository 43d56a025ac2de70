package dev.doorward.database;

import dev.doorward.call.Patience;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.ibatis.exceptions.PersistenceException;
import org.apache.ibatis.logging.nologging.NoLoggingImpl;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.LocalCacheScope;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.defaults.DefaultSqlSessionFactory;
import org.apache.ibatis.transaction.managed.ManagedTransactionFactory;

/**
 * Runs statements: one by itself, or several as a transaction that is run again when it loses against another.
 *
 * <p>Mappers belong to the thread's current unit of work, and only work inside one.
 */
public final class Database {

  private static final int PING_SECONDS = 2;
  private static final int MAX_ATTEMPTS = 8;
  private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(2).toNanos();

  private final DataSource reads;
  private final DataSource writes;
  private final Patience patience;
  private final StatementKiller killer;
  private final StatementWatch watch;
  private final SqlSessionFactory sessions;
  private final SqlSession currentSession;
  private final ThreadLocal<Unit> unit = new ThreadLocal<>();

  /** What a thread is doing. */
  private record Unit(SqlSession session, List<Runnable> afterCommit) {}

  /**
   * @param reads connections with autocommit on
   * @param writes connections with autocommit off
   */
  public Database(
      DataSource reads,
      DataSource writes,
      Patience patience,
      StatementKiller killer,
      StatementWatch watch) {
    this.reads = reads;
    this.writes = writes;
    this.patience = patience;
    this.killer = killer;
    this.watch = watch;
    this.sessions = new DefaultSqlSessionFactory(configuration(reads, watch));
    this.currentSession = (SqlSession) Proxy.newProxyInstance(
        Database.class.getClassLoader(),
        new Class<?>[] {SqlSession.class},
        (proxy, method, arguments) -> {
          try {
            return method.invoke(requireUnit().session(), arguments);
          } catch (InvocationTargetException e) {
            throw translate(e.getCause());
          }
        });
  }

  /** The mapper, for the unit of work of whichever thread calls it. */
  public <M> M mapper(Class<M> type) {
    Configuration configuration = sessions.getConfiguration();
    if (!configuration.hasMapper(type)) {
      configuration.addMapper(type);
    }
    return configuration.getMapper(type, currentSession);
  }

  /** The same, with a faster way to read the rows of one type. */
  public <M, R> M mapper(Class<M> type, Class<R> rowType, RowReader<R> reader) {
    sessions.getConfiguration().getTypeHandlerRegistry().register(rowType, reader);
    return mapper(type);
  }

  /** Runs one statement; it needs no transaction and gets none, unless the thread is in one already. */
  public <T> T read(Supplier<T> work) {
    if (unit.get() != null) {
      return work.get();
    }
    patience.check();
    try (Connection connection = connect(reads)) {
      return run(connection, work, List.of());
    } catch (SQLException e) {
      throw SqlFaults.translate(e);
    } catch (Conflict e) {
      // It has waited long for a lock, or for what other nodes of a cluster have done.
      throw SqlFaults.unavailable(e);
    }
  }

  /**
   * Runs the work as a transaction, or as part of the one that the thread is in. It is undone if the work throws, and
   * run again from its beginning when it loses against another: so the work has no effects outside the database.
   */
  public <T> T transaction(Supplier<T> work) {
    if (unit.get() != null) {
      return work.get();
    }
    for (int attempt = 1; ; attempt++) {
      patience.check();
      try {
        return attempt(work);
      } catch (Conflict e) {
        if (attempt == MAX_ATTEMPTS) {
          throw Refusal.forNow(
              Reason.CONFLICT,
              "others changed the same rows time and again",
              Duration.ofMillis(100),
              e);
        }
        pause(attempt);
      }
    }
  }

  /**
   * All rows that a statement finds some at a time, each page read when it is asked for.
   *
   * @param behind the rows behind that id, in the order of their ids
   */
  public <T> Stream<List<T>> pages(Function<String, List<T>> behind, Function<T, String> id) {
    Function<String, List<T>> page = last -> read(() -> behind.apply(last));
    return Stream.iterate(
        page.apply(""),
        rows -> !rows.isEmpty(),
        rows -> page.apply(id.apply(rows.get(rows.size() - 1))));
  }

  /** Deletes what the read finds, by its keys, and says how many that were. Where nothing is found there is no transaction. */
  public <K> int sweep(Supplier<List<K>> find, ToIntFunction<List<K>> delete) {
    List<K> found = read(find);
    if (!found.isEmpty()) {
      transaction(() -> delete.applyAsInt(found));
    }
    return found.size();
  }

  /** Runs the action once the thread's transaction is committed, before {@link #transaction} returns. */
  public void afterCommit(Runnable action) {
    requireUnit().afterCommit().add(action);
  }

  /** Whether the database answers, and does what it is asked. */
  public boolean isReachable() {
    try (Connection connection = reads.getConnection();
        Statement statement = connection.createStatement()) {
      // The ping first, for it is not waited for as long as for a statement.
      return connection.isValid(PING_SECONDS) && !statement.execute(Pools.PROOF_OF_LIFE);
    } catch (SQLException e) {
      return false;
    }
  }

  private <T> T attempt(Supplier<T> work) {
    List<Runnable> afterCommit = new ArrayList<>();
    try (Connection connection = connect(writes)) {
      boolean committed = false;
      try {
        T result = run(connection, work, afterCommit);
        // Whoever gave up may have asked again, and been answered: what comes late would undo that.
        patience.check();
        commit(connection);
        committed = true;
        afterCommit.forEach(Runnable::run);
        return result;
      } finally {
        if (!committed) {
          rollback(connection);
        }
      }
    } catch (SQLException e) {
      throw SqlFaults.translate(e);
    }
  }

  private <T> T run(Connection connection, Supplier<T> work, List<Runnable> afterCommit) {
    try (StatementKiller.Guard guard = killer.guard(connection);
        SqlSession session = sessions.openSession(connection)) {
      unit.set(new Unit(session, afterCommit));
      return work.get();
    } finally {
      unit.remove();
    }
  }

  private void commit(Connection connection) {
    long start = System.nanoTime();
    boolean done = false;
    try {
      connection.commit();
      done = true;
    } catch (SQLException e) {
      throw SqlFaults.translateCommit(e);
    } finally {
      watch.ran("COMMIT", System.nanoTime() - start, done);
    }
  }

  /** A rollback that fails leaves a broken connection, which the pool replaces; the reason is on its way already. */
  private static void rollback(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // Nothing was committed either way.
    }
  }

  private static Connection connect(DataSource pool) {
    try {
      return pool.getConnection();
    } catch (SQLException e) {
      throw SqlFaults.unavailable(e);
    }
  }

  private void pause(int attempt) {
    long upTo = FIRST_PAUSE_NANOS << Math.min(attempt, 6);
    LockSupport.parkNanos(
        Math.min(ThreadLocalRandom.current().nextLong(upTo), patience.nanosLeft()));
  }

  private Unit requireUnit() {
    Unit current = unit.get();
    if (current == null) {
      throw new IllegalStateException("a mapper was called outside read() and transaction()");
    }
    return current;
  }

  /** A statement that fails after its caller gave up was most likely stopped for that. */
  private Throwable translate(Throwable thrown) {
    if (!(thrown instanceof PersistenceException)
        || !(rootOf(thrown) instanceof SQLException fault)) {
      return thrown;
    }
    patience.check();
    return SqlFaults.translate(fault);
  }

  private static Throwable rootOf(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null && !(root instanceof SQLException)) {
      root = root.getCause();
    }
    return root;
  }

  private static Configuration configuration(DataSource dataSource, StatementWatch watch) {
    Properties ours = new Properties();
    ours.setProperty("closeConnection", "false");
    ManagedTransactionFactory transactions = new ManagedTransactionFactory();
    transactions.setProperties(ours);
    Configuration configuration =
        new WatchedConfiguration(new Environment("doorward", transactions, dataSource), watch);
    // At DEBUG it would write down the values of every statement: hashes, and what providers have
    // given out.
    configuration.setLogImpl(NoLoggingImpl.class);
    configuration.setArgNameBasedConstructorAutoMapping(true);
    configuration.setCacheEnabled(false);
    configuration.setLocalCacheScope(LocalCacheScope.STATEMENT);
    configuration.setNullableOnForEach(false);
    configuration.setShrinkWhitespacesInSql(true);
    return configuration;
  }
}
