package dev.doorward.session;

import dev.doorward.database.Database;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Hashes the session tokens that are stored as they are, some at a time, while servers go on that know both forms. */
public final class TokenHashing {

  private static final int BATCH = 500;

  private final Database database;
  private final SessionMapper sessions;

  public TokenHashing(Database database) {
    this.database = database;
    this.sessions = database.mapper(SessionMapper.class);
  }

  /** How many there are. */
  public long count() {
    return each(List::size);
  }

  /** Says how many there were. */
  public long run() {
    return each(ids -> database.transaction(() -> sessions.hashTokens(ids)));
  }

  private long each(ToIntFunction<List<String>> work) {
    return database
        .pages(last -> sessions.selectPlain(last, BATCH), Function.identity())
        .mapToLong(work::applyAsInt)
        .sum();
  }
}
