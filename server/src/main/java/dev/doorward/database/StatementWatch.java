package dev.doorward.database;

/** Hears of every statement, once it is over, on the thread that ran it. */
@FunctionalInterface
public interface StatementWatch {

  /**
   * A statement is over.
   *
   * @param statement its mapper and method: {@code SessionMapper.selectValid}; or {@code COMMIT}
   * @param nanos how long it took, the answer's way included
   * @param done whether it did not fail
   */
  void ran(String statement, long nanos, boolean done);

  /** The same, and another one after it. */
  default StatementWatch and(StatementWatch other) {
    return (statement, nanos, done) -> {
      ran(statement, nanos, done);
      other.ran(statement, nanos, done);
    };
  }
}
