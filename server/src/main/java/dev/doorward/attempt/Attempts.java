package dev.doorward.attempt;

import static dev.doorward.error.Reason.PASSWORD_RESET_REQUIRED;
import static dev.doorward.error.Reason.TOO_MANY_ATTEMPTS;

import dev.doorward.attempt.AttemptMapper.Counted;
import dev.doorward.attempt.AttemptMapper.Standing;
import dev.doorward.call.Origin;
import dev.doorward.database.Database;
import dev.doorward.database.Ids;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.event.Event;
import dev.doorward.event.EventType;
import dev.doorward.event.Events;
import dev.doorward.token.Pseudonym;
import dev.doorward.user.Belongings;
import java.util.List;
import java.util.Optional;

/**
 * How often a password may be tried without success. An attempt is counted as failed before the password is hashed, so that
 * no number of attempts at once, on however many servers, gets more than the limit; a success clears the account's count, and
 * what was never judged is taken back.
 */
public final class Attempts implements Belongings {

  /** No row is about it. */
  private static final String NOBODY = "";

  private final Database database;
  private final AttemptMapper attempts;
  private final Events events;
  private final Upkeep upkeep;
  private final AttemptConfig config;

  public Attempts(Database database, Events events, Upkeep upkeep, AttemptConfig config) {
    this.database = database;
    this.attempts = database.mapper(AttemptMapper.class);
    this.events = events;
    this.upkeep = upkeep;
    this.config = config;
  }

  /**
   * Counts an attempt, or refuses it.
   *
   * @param userId whose password is tried; empty if there is none to try
   * @param named what the end user named, an address or an id: what nobody has is counted in just the same way
   */
  public Attempt begin(Origin origin, Optional<String> userId, String named) {
    Optional<Network> network = networkOf(origin);
    String subject = userId.map(Attempts::ofUser).orElseGet(() -> ofNobody(named));
    requireRoom(subject, network);

    String id = Ids.generate();
    try {
      // Accounts before networks, here and wherever both change: so nobody waits in a circle.
      boolean last = database.transaction(() -> {
        Counted account = attempts.countForAccount(subject, id, config);
        requireGranted(account);
        network.ifPresent(there -> count(there, id));
        return account.failures() >= config.limit();
      });
      return new Attempt(id, subject, userId, origin, network, last);
    } catch (Refusal e) {
      if (e.reason() == Reason.OUTCOME_UNKNOWN) {
        Attempt doubtful = new Attempt(id, subject, userId, origin, network, false);
        upkeep.later(() -> release(doubtful, true));
      }
      throw e;
    }
  }

  /** Sends away, before any work, whoever is at an address from where {@link #count} would be refused. */
  public void requireRoom(Origin origin) {
    networkOf(origin).ifPresent(there -> requireRoom(NOBODY, Optional.of(there)));
  }

  /**
   * Counts for the end user's address what nobody will judge, and anybody could do all day, as an attempt that has failed; or
   * refuses it. In the transaction that does it.
   */
  public void count(Origin origin) {
    networkOf(origin).ifPresent(there -> count(there, Ids.generate()));
  }

  /** Clears the account's count, in the transaction that acts on the right password. */
  public void succeed(Attempt attempt) {
    attempts.clearAccount(attempt.subject());
    attempt
        .network()
        .ifPresent(there ->
            attempts.releaseNetwork(there.name(), attempt.id(), config.recoveryMicros(), false));
  }

  /** The password was wrong. That is counted already; what is left to do is to tell when it was the last time. */
  public void fail(Attempt attempt) {
    if (attempt.last()) {
      attempt
          .userId()
          .ifPresent(userId -> upkeep.later(() ->
              events.record(attempt.origin(), Event.ofUser(EventType.PASSWORD_LOCKED, userId))));
    }
  }

  /** Takes an attempt back that was never judged, soon: whoever made it does not wait for that. */
  public void release(Attempt attempt) {
    upkeep.later(() -> release(attempt, false));
  }

  /** Clears a user's count, in the transaction that gives them a new password. */
  public void forget(String userId) {
    attempts.clearAccount(ofUser(userId));
  }

  /** What is counted of a user, if anything is: of somebody without a password it is under their address. */
  public Optional<WrongPasswords> of(String userId, String email) {
    return database.read(
        () -> attempts.selectWrongPasswords(List.of(ofUser(userId), ofNobody(email))));
  }

  /** Clears the counts of a user, whatever was tried: their password, or one that they did not have. */
  @Override
  public void forget(String userId, String email) {
    attempts.clearAccounts(List.of(ofUser(userId), ofNobody(userId), ofNobody(email)));
  }

  private static String ofUser(String userId) {
    return "user:" + userId;
  }

  /** A pseudonym, so that no table lists addresses of people who are no users. */
  private static String ofNobody(String named) {
    return "nobody:" + Pseudonym.of(named);
  }

  private void count(Network there, String id) {
    requireGranted(
        attempts.countForNetwork(there.name(), id, config.recoveryMicros(), config.slackMicros()));
  }

  private static Optional<Network> networkOf(Origin origin) {
    return Optional.ofNullable(origin.ipAddress()).map(Network::of);
  }

  private void release(Attempt attempt, boolean ifLast) {
    attempts.releaseAccount(attempt.subject(), attempt.id(), config.free(), ifLast);
    attempt
        .network()
        .ifPresent(there ->
            attempts.releaseNetwork(there.name(), attempt.id(), config.recoveryMicros(), ifLast));
  }

  /** Sends away most of what is to be refused before it waits for a row's lock, let alone for a connection to write. */
  private void requireRoom(String subject, Optional<Network> network) {
    String there = network.map(Network::name).orElse(null);
    for (Standing standing :
        database.read(() -> attempts.select(subject, there, config.slackMicros()))) {
      require(standing.failures(), standing.waitMicros() <= 0, standing.waitMicros());
    }
  }

  private void requireGranted(Counted counted) {
    if (!counted.granted()) {
      require(counted.failures(), false, counted.waitMicros());
    }
  }

  private void require(int failures, boolean granted, long waitMicros) {
    if (failures >= config.limit()) {
      throw Refusal.because(
          PASSWORD_RESET_REQUIRED, "too many wrong passwords in a row: a new one has to be set");
    }
    if (!granted) {
      throw Refusal.forMicros(
          TOO_MANY_ATTEMPTS, "too many attempts; RetryInfo says how long to wait", waitMicros);
    }
  }
}
