package dev.doorward.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.defaults.DefaultSqlSessionFactory;
import org.apache.ibatis.transaction.managed.ManagedTransactionFactory;
import org.mariadb.jdbc.MariaDbDataSource;

/** What {@link JdbcValidation} reads, through MyBatis: a session of MyBatis a read, as the server has it. */
final class MyBatisValidation implements Work {

  private static final SqlSessionFactory SESSIONS = sessions();

  private final Connection connection;
  private final String[] storedTokens;
  private int next;

  MyBatisValidation(Connections connections, long sessions) throws SQLException {
    this.connection = connections.open(true);
    this.storedTokens = Population.storedTokens(JdbcValidation.TOKENS, sessions);
  }

  @Override
  public void once() {
    String storedToken = storedTokens[next++ % storedTokens.length];
    Map<String, Object> values =
        Map.of("storedToken", storedToken, "dueSeconds", JdbcValidation.DUE_SECONDS);
    try (SqlSession session = SESSIONS.openSession(connection)) {
      if (session.selectOne(Statements.VALIDATION, values) == null) {
        throw new IllegalStateException("a session is not there");
      }
    }
  }

  private static SqlSessionFactory sessions() {
    Configuration configuration = Statements.configuration();
    ManagedTransactionFactory transactions = new ManagedTransactionFactory();
    Properties ours = new Properties();
    ours.setProperty("closeConnection", "false");
    transactions.setProperties(ours);
    configuration.setEnvironment(new Environment("bench", transactions, new MariaDbDataSource()));
    return new DefaultSqlSessionFactory(configuration);
  }
}
