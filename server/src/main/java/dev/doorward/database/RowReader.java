package dev.doorward.database;

import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.apache.ibatis.type.JdbcType;
import org.apache.ibatis.type.TypeHandler;

/**
 * Reads a row by the places of its columns, for the statements that run all the time: MyBatis itself looks each column up by
 * its name and each constructor up by reflection, for every row anew.
 */
@FunctionalInterface
public interface RowReader<R> extends TypeHandler<R> {

  R read(ResultSet row) throws SQLException;

  @Override
  default R getResult(ResultSet row, String firstColumn) throws SQLException {
    return read(row);
  }

  @Override
  default R getResult(ResultSet row, int column) throws SQLException {
    return read(row);
  }

  @Override
  default R getResult(CallableStatement statement, int column) {
    throw new UnsupportedOperationException("a row is read from a result set");
  }

  @Override
  default void setParameter(PreparedStatement statement, int i, R row, JdbcType type) {
    throw new UnsupportedOperationException("a row is no parameter");
  }
}
