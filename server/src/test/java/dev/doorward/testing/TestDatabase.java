package dev.doorward.testing;

import dev.doorward.development.EmbeddedMariaDb;

/**
 * Where tests find a database, and who may do everything there.
 *
 * @param jdbcUrl with at least one option
 */
public record TestDatabase(String jdbcUrl, String user, String password) {

  public static TestDatabase of(EmbeddedMariaDb mariaDb) {
    return new TestDatabase(mariaDb.jdbcUrl(), mariaDb.user(), mariaDb.password());
  }
}
