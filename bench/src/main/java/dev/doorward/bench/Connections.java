package dev.doorward.bench;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.mariadb.jdbc.Driver;

/** Plain connections to the bench's database, with the options that the server's own have. */
final class Connections {

  private final String url;
  private final Properties properties = new Properties();

  Connections(Path file) throws IOException {
    Properties given = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      given.load(reader);
    }
    url = given.getProperty("database.url");
    properties.setProperty("user", given.getProperty("database.user"));
    properties.setProperty("password", given.getProperty("database.password"));
    properties.setProperty("useServerPrepStmts", "true");
    properties.setProperty("connectTimeout", "2000");
    properties.setProperty(
        "socketTimeout", "10000"); // Which makes of each read three system calls.
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("sessionVariables", "sql_mode='STRICT_ALL_TABLES'");
    properties.setProperty("connectionTimeZone", "UTC");
    properties.setProperty("forceConnectionTimeZoneToSession", "true");
    properties.setProperty("preserveInstants", "true");
  }

  Connection open(boolean autoCommit) throws SQLException {
    Connection connection = new Driver().connect(url, properties);
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    connection.setAutoCommit(autoCommit);
    return connection;
  }
}
