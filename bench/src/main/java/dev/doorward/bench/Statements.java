package dev.doorward.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.ibatis.mapping.BoundSql;
import org.apache.ibatis.mapping.ParameterMapping;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.LocalCacheScope;

/** The server's own statements, taken from its mappers, so that a limit is that of the very same SQL. */
final class Statements {

  static final String VALIDATION = "dev.doorward.session.SessionMapper.selectValid";
  static final String SESSION = "dev.doorward.session.SessionMapper.insert";
  static final String USER = "dev.doorward.user.UserMapper.insert";
  static final String PASSWORD = "dev.doorward.password.CredentialMapper.insert";
  static final String EVENT = "dev.doorward.event.EventMapper.insert";

  private static final Configuration CONFIGURATION = configuration();

  private Statements() {}

  /** A statement, prepared once, and the names of its parameters in their order. */
  record Prepared(PreparedStatement statement, List<String> parameters) {

    PreparedStatement with(Map<String, ?> values) throws SQLException {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(i + 1, values.get(parameters.get(i)));
      }
      return statement;
    }
  }

  static Prepared prepare(Connection connection, String statement) throws SQLException {
    BoundSql sql = CONFIGURATION.getMappedStatement(statement).getBoundSql(Map.of());
    List<String> parameters =
        sql.getParameterMappings().stream().map(ParameterMapping::getProperty).toList();
    return new Prepared(connection.prepareStatement(sql.getSql()), parameters);
  }

  /** As the server's is, as far as it matters to one statement. */
  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.setArgNameBasedConstructorAutoMapping(true);
    configuration.setCacheEnabled(false);
    configuration.setLocalCacheScope(LocalCacheScope.STATEMENT);
    configuration.setShrinkWhitespacesInSql(true);
    for (String statement : List.of(VALIDATION, USER, PASSWORD, EVENT)) {
      try {
        configuration.addMapper(Class.forName(statement.substring(0, statement.lastIndexOf('.'))));
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException(statement + ": its mapper is no more", e);
      }
    }
    return configuration;
  }
}
