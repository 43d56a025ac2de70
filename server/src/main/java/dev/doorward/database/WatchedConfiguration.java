package dev.doorward.database;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ibatis.executor.Executor;
import org.apache.ibatis.executor.SimpleExecutor;
import org.apache.ibatis.mapping.BoundSql;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.mapping.MappedStatement;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.ResultHandler;
import org.apache.ibatis.session.RowBounds;
import org.apache.ibatis.transaction.Transaction;

/** Tells of every statement that mappers run. (A plugin of MyBatis would do that by reflection.) */
final class WatchedConfiguration extends Configuration {

  private final StatementWatch watch;
  private final Map<String, String> names = new ConcurrentHashMap<>();

  WatchedConfiguration(Environment environment, StatementWatch watch) {
    super(environment);
    this.watch = watch;
  }

  @Override
  public Executor newExecutor(Transaction transaction, ExecutorType type) {
    return new WatchedExecutor(transaction);
  }

  /** Of {@code dev.doorward.session.SessionMapper.selectValid} the last two words. */
  private String nameOf(MappedStatement statement) {
    return names.computeIfAbsent(
        statement.getId(), id -> id.substring(id.lastIndexOf('.', id.lastIndexOf('.') - 1) + 1));
  }

  private final class WatchedExecutor extends SimpleExecutor {

    private WatchedExecutor(Transaction transaction) {
      super(WatchedConfiguration.this, transaction);
    }

    @Override
    @SuppressWarnings("rawtypes") // MyBatis' own.
    public <E> List<E> doQuery(
        MappedStatement statement,
        Object parameter,
        RowBounds rows,
        ResultHandler handler,
        BoundSql sql)
        throws SQLException {
      long start = System.nanoTime();
      boolean done = false;
      try {
        List<E> result = super.doQuery(statement, parameter, rows, handler, sql);
        done = true;
        return result;
      } finally {
        watch.ran(nameOf(statement), System.nanoTime() - start, done);
      }
    }

    @Override
    public int doUpdate(MappedStatement statement, Object parameter) throws SQLException {
      long start = System.nanoTime();
      boolean done = false;
      try {
        int count = super.doUpdate(statement, parameter);
        done = true;
        return count;
      } finally {
        watch.ran(nameOf(statement), System.nanoTime() - start, done);
      }
    }
  }
}
