package dev.doorward.session;

import dev.doorward.database.Database;
import java.util.List;
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
    long done = 0;
    String after = "";
    for (List<String> ids = page(after); !ids.isEmpty(); ids = page(after)) {
      done += work.applyAsInt(ids);
      after = ids.get(ids.size() - 1);
    }
    return done;
  }

  private List<String> page(String after) {
    return database.read(() -> sessions.selectPlain(after, BATCH));
  }
}
