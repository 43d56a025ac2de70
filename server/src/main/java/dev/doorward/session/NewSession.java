package dev.doorward.session;

import dev.doorward.database.Ids;
import java.time.Instant;
import java.util.Optional;

/**
 * A session to open.
 *
 * @param remember whether it lives long and is prolonged by use
 * @param expires when it ends, if a caller that bridges another library says so; it is not prolonged then
 */
public record NewSession(
    String id, String userId, SessionToken token, boolean remember, Optional<Instant> expires) {

  public static NewSession of(String userId, boolean remember) {
    return new NewSession(
        Ids.generate(), userId, SessionToken.generate(), remember, Optional.empty());
  }

  public NewSession withId(String otherId) {
    return new NewSession(otherId, userId, token, remember, expires);
  }
}
