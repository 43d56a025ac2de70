package dev.doorward.session;

import static dev.doorward.error.Reason.ID_TAKEN;
import static dev.doorward.error.Reason.SESSION_NOT_FOUND;

import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Database;
import dev.doorward.database.DuplicateKey;
import dev.doorward.database.Ids;
import dev.doorward.database.Page;
import dev.doorward.error.Refusal;
import dev.doorward.event.Event;
import dev.doorward.event.EventType;
import dev.doorward.event.Events;
import dev.doorward.idempotency.Idempotency;
import dev.doorward.revocation.Revocation;
import dev.doorward.revocation.Revocations;
import dev.doorward.token.TokenForm;
import dev.doorward.user.User;
import dev.doorward.user.Users;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Who is signed in, and until when. */
public final class Sessions {

  /** A session, with the token that only its holder will know. */
  public record Opened(Session session, SessionToken token) {}

  /**
   * A session that is good, and whose it is.
   *
   * @param lane the lane of the user's revocations
   * @param asOf how far that lane was in the snapshot that the session was read from
   * @param expiresIn for how long it is good, by the database's clock, or may be taken for good where others end sessions
   *     without a word
   */
  public record Validated(Session session, User user, int lane, long asOf, Duration expiresIn) {

    private Validated forAtMost(Duration time) {
      return expiresIn.compareTo(time) <= 0 ? this : new Validated(session, user, lane, asOf, time);
    }
  }

  private static final String NO_SESSION = "";

  private final Database database;
  private final SessionMapper sessions;
  private final Users users;
  private final Idempotency idempotency;
  private final Revocations revocations;
  private final Events events;
  private final Prolongation prolongation;
  private final SessionConfig config;

  public Sessions(
      Database database,
      Users users,
      Idempotency idempotency,
      Revocations revocations,
      Events events,
      Prolongation prolongation,
      SessionConfig config) {
    this.database = database;
    database.mapper(SessionMapper.class, Session.class, SessionMapper::read);
    this.sessions = database.mapper(
        SessionMapper.class, SessionMapper.ValidRow.class, SessionMapper.ValidRow::read);
    this.users = users;
    this.idempotency = idempotency;
    this.revocations = revocations;
    this.events = events;
    this.prolongation = prolongation;
    this.config = config;
  }

  /** Opens a session; or, if the request has opened one before, gives that one a fresh token. */
  public Opened open(Origin origin, Optional<RequestId> request, NewSession wanted) {
    return database.transaction(() -> {
      Optional<String> earlier = idempotency.claim(origin, request, wanted.id());
      return earlier.isPresent() ? reissue(origin, earlier.get(), wanted) : add(origin, wanted);
    });
  }

  /** Opens a session as part of a larger transaction. */
  public Opened add(Origin origin, NewSession wanted) {
    Session session = insert(origin, wanted).orElseGet(() -> {
      users.requireActive(wanted.userId());
      return insert(origin, wanted).orElseThrow(); // Who was enabled in between.
    });
    events.record(
        origin, Event.ofSession(EventType.SESSION_CREATED, session.userId(), session.id()));
    return new Opened(session, wanted.token());
  }

  /**
   * Gives a session of the same user the wanted one's token, as part of a larger transaction; the token that it had is
   * dead from then on.
   */
  public Opened reissue(Origin origin, String id, NewSession wanted) {
    if (sessions.replaceToken(id, wanted.userId(), stored(wanted.token())) == 0) {
      throw notFound();
    }
    Session session = sessions.selectLive(id).orElseThrow(Sessions::notFound);
    events.record(origin, Event.ofSession(EventType.SESSION_REISSUED, session.userId(), id));
    revocations.append(Revocation.ofSession(Revocation.Kind.SESSION_CHANGED, session.userId(), id));
    return new Opened(session, wanted.token());
  }

  /** One statement. A session that is due is prolonged later, by a write that nobody waits for. */
  public Validated validate(SessionToken token) {
    if (!token.canExist()) {
      throw notFound();
    }
    if (config.tokenAtRest().isEither()) {
      return Optional.ofNullable(validateAll(List.of(token)).get(token))
          .orElseThrow(Sessions::notFound);
    }
    SessionMapper.ValidRow row = database
        .read(() -> sessions.selectValid(stored(token), prolongation.dueSeconds()))
        .orElseThrow(Sessions::notFound);
    return validated(row);
  }

  /** One statement. The tokens that are good, each with its session; the others are left out. */
  public Map<SessionToken, Validated> validateAll(Collection<SessionToken> tokens) {
    Map<String, SessionToken> byStored = new HashMap<>();
    tokens.stream()
        .filter(SessionToken::canExist)
        .forEach(token -> forms(token).forEach(form -> byStored.put(form, token)));
    if (byStored.isEmpty()) {
      return Map.of();
    }
    return database
        .read(() -> sessions.selectAllValid(byStored.keySet(), prolongation.dueSeconds()))
        .stream()
        .collect(Collectors.toMap(row -> byStored.get(row.storedToken()), this::validated));
  }

  private Validated validated(SessionMapper.ValidRow row) {
    if (row.due()) {
      prolongation.request(row.id());
    }
    return config.tokenAtRest().isPlain()
        ? row.validated().forAtMost(config.remembered())
        : row.validated();
  }

  public Session get(String id) {
    if (!Ids.canExist(id)) {
      throw notFound();
    }
    return database.read(() -> sessions.selectLive(id)).orElseThrow(Sessions::notFound);
  }

  public Page<Session> list(String userId, Optional<Page.Position> after, int size) {
    if (!Ids.canExist(userId)) {
      return new Page<>(List.of(), Optional.empty());
    }
    List<Session> rows =
        database.read(() -> sessions.selectPage(userId, after.orElse(null), size + 1));
    return Page.cut(rows, size, session -> new Page.Position(session.createdAt(), session.id()));
  }

  /** The same with those that have ended and are not deleted yet, the oldest first. */
  public Page<Session> listEvenExpired(String userId, Optional<Page.Position> after, int size) {
    List<Session> rows =
        database.read(() -> sessions.selectPageEvenExpired(userId, after.orElse(null), size + 1));
    return Page.cut(rows, size, session -> new Page.Position(session.createdAt(), session.id()));
  }

  public Session update(Origin origin, SessionKey key, SessionChanges changes) {
    requirePossible(key);
    return database.transaction(() -> {
      String id = key.id() != null
          ? key.id()
          : find(key.token(), sessions::selectIdByToken).orElseThrow(Sessions::notFound);
      if (sessions.update(id, changes) == 0) {
        throw notFound();
      }
      Session session = sessions.selectEvenExpired(id).orElseThrow(Sessions::notFound);
      events.record(origin, Event.ofSession(EventType.SESSION_UPDATED, session.userId(), id));
      revocations.append(
          Revocation.ofSession(Revocation.Kind.SESSION_CHANGED, session.userId(), id));
      return session;
    });
  }

  public void revoke(Origin origin, SessionKey key) {
    requirePossible(key);
    database.transaction(() -> {
      SessionMapper.Deleted session = (key.id() != null
              ? sessions.deleteById(key.id())
              : find(key.token(), sessions::deleteByToken))
          .orElseThrow(Sessions::notFound);
      events.record(
          origin, Event.ofSession(EventType.SESSION_REVOKED, session.userId(), session.id()));
      revocations.append(
          Revocation.ofSession(Revocation.Kind.SESSION_REVOKED, session.userId(), session.id()));
      return null;
    });
  }

  /**
   * Ends all sessions of a user, or all but one.
   *
   * @return how many
   */
  public int revokeAll(Origin origin, String userId, Optional<String> kept) {
    return database.transaction(() -> {
      users.lock(userId);
      return removeAll(origin, userId, kept);
    });
  }

  /** Ends all sessions of a user, or all but one, as part of a larger transaction; the last part. */
  public int removeAll(Origin origin, String userId, Optional<String> kept) {
    Optional<String> possible = kept.filter(Ids::canExist);
    int count =
        Collections.frequency(sessions.deleteOfUser(userId, possible.orElse(NO_SESSION)), true);
    if (count > 0) {
      events.record(origin, Event.ofUser(EventType.USER_SESSIONS_REVOKED, userId));
      revocations.append(
          new Revocation(Revocation.Kind.USER_SESSIONS_REVOKED, userId, possible.orElse(null)));
    }
    return count;
  }

  /** Deletes sessions that have expired so long ago, so many at the most, and says how many. Nobody has to be told: they were no good. */
  public int sweep(Duration kept, int limit) {
    return database.sweep(
        () -> sessions.selectEnded(kept.toSeconds(), limit), sessions::deleteEnded);
  }

  private Optional<Session> insert(Origin origin, NewSession wanted) {
    if (!Ids.canExist(wanted.userId())) {
      return Optional.empty();
    }
    try {
      return sessions.insert(
          wanted.id(),
          wanted.userId(),
          stored(wanted.token()),
          wanted.expires().orElse(null),
          lifetimeSeconds(wanted.remember()),
          wanted.remember() && wanted.expires().isEmpty(),
          origin);
    } catch (DuplicateKey e) {
      throw Refusal.because(ID_TAKEN, "another session has this id or this token");
    }
  }

  private long lifetimeSeconds(boolean remember) {
    Duration lifetime = remember ? config.lifetime() : config.shortLifetime();
    return Math.min(lifetime.toSeconds(), config.maxLifetime().toSeconds());
  }

  private String stored(SessionToken token) {
    return config.tokenAtRest().isPlain() ? token.reveal() : token.hash();
  }

  /** How a session with that token may be stored. What is a hash stands for no token: who has stolen one has not got in. */
  private List<String> forms(SessionToken token) {
    if (!config.tokenAtRest().isEither()) {
      return List.of(stored(token));
    }
    return TokenForm.isHash(token.reveal())
        ? List.of(token.hash())
        : List.of(token.hash(), token.reveal());
  }

  private <T> Optional<T> find(SessionToken token, Function<String, Optional<T>> statement) {
    return forms(token).stream().map(statement).flatMap(Optional::stream).findFirst();
  }

  private static void requirePossible(SessionKey key) {
    boolean possible = key.id() != null ? Ids.canExist(key.id()) : key.token().canExist();
    if (!possible) {
      throw notFound();
    }
  }

  private static Refusal notFound() {
    return Refusal.because(SESSION_NOT_FOUND, "there is no such session");
  }
}
