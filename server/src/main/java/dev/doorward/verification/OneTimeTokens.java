package dev.doorward.verification;

import dev.doorward.attempt.Attempts;
import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Database;
import dev.doorward.database.Ids;
import dev.doorward.error.Refusal;
import dev.doorward.event.Event;
import dev.doorward.event.EventType;
import dev.doorward.event.Events;
import dev.doorward.idempotency.Idempotency;
import dev.doorward.user.User;
import dev.doorward.user.Users;
import dev.doorward.verification.Verifications.Issued;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tokens of the server's own making and purposes: somebody asks for one, a calling service delivers it to an address, and
 * whoever received it brings it back. Each is good once, for the user whom it was made for, as long as they have the
 * address that they had then.
 */
public final class OneTimeTokens {

  /**
   * Whom a token is made for.
   *
   * @param address where it is delivered
   * @param userId null if the token is to be good for nothing, for nobody has the address
   * @param userEmail the address that the user has
   */
  public record Holder(String address, String userId, String userEmail) {

    /** @param address where it is delivered, which need not be the user's */
    public static Holder of(User user, String address) {
      return new Holder(address, user.id(), user.email());
    }
  }

  /**
   * What is asked for.
   *
   * @param receivers whose requests are counted together: the address that the token goes to, or the user who asks
   * @param byAnybody whether nobody knows who asks, so that they are counted for the end user's address too
   */
  public record Asked(
      Purpose purpose, EventType event, List<String> receivers, boolean byAnybody) {}

  /** A token that is good. */
  public record Good(String userId, String address, Instant expiresAt) {}

  private final Database database;
  private final VerificationMapper verifications;
  private final Deliveries deliveries;
  private final Attempts attempts;
  private final Idempotency idempotency;
  private final Events events;
  private final VerificationConfig config;

  public OneTimeTokens(
      Database database,
      Deliveries deliveries,
      Attempts attempts,
      Idempotency idempotency,
      Events events,
      VerificationConfig config) {
    this.database = database;
    this.verifications = database.mapper(VerificationMapper.class);
    this.deliveries = deliveries;
    this.attempts = attempts;
    this.idempotency = idempotency;
    this.events = events;
    this.config = config;
  }

  /**
   * Makes a token; or, if the request has done so before, replaces the one that it made. What it costs, and whether it is
   * refused, does not depend on whether there is anybody for whom the token is good.
   *
   * @param holder looked up within the transaction; it holds the user's row
   */
  public Issued issue(
      Origin origin, Optional<RequestId> request, Asked asked, Supplier<Holder> holder) {
    requireRoom(origin, request, asked);
    OneTimeToken token = OneTimeToken.generate(asked.purpose().tokenPrefix());
    String id = Ids.generate();
    return database.transaction(() -> {
      Optional<String> earlier = idempotency.claim(origin, request, id);
      if (earlier.isPresent()) {
        return replace(earlier.get(), token);
      }
      deliveries.count(asked.purpose(), asked.receivers());
      if (asked.byAnybody()) {
        attempts.count(origin);
      }
      Holder wanted = holder.get();
      Verification verification = verifications.insertFor(
          id, asked.purpose().name(), wanted, token.hash(), config.lifetime().toSeconds());
      events.record(origin, Event.ofUser(asked.event(), wanted.userId()));
      return new Issued(verification, token);
    });
  }

  /** One statement. Whom a token is good for, which does not use it up. */
  public Good check(Purpose purpose, OneTimeToken token) {
    if (!token.canBeOf(purpose)) {
      throw Verifications.notFound();
    }
    VerificationMapper.GoodRow row = database
        .read(() -> verifications.selectGood(purpose.name(), token.hash()))
        .orElseThrow(Verifications::notFound);
    if (row.disabled()) {
      throw Users.disabled();
    }
    return new Good(row.userId(), row.address(), row.expiresAt());
  }

  /** Uses a token up, in the transaction that acts on it and holds the user's row; or refuses it. */
  public void spend(Purpose purpose, OneTimeToken token, User user) {
    if (verifications.deleteOf(purpose.name(), token.hash(), user) == 0) {
      throw Verifications.notFound();
    }
  }

  /**
   * Makes all tokens of a user good for nothing that open another way in, in the transaction after which whoever asked for
   * them is to be out.
   */
  public void forgetWaysIn(String userId) {
    verifications.deleteWaysIn(userId);
  }

  private Issued replace(String id, OneTimeToken token) {
    if (verifications.replaceToken(id, token.hash()) == 0) {
      throw Verifications.notFound();
    }
    Verification verification = verifications.selectById(id).orElseThrow(Verifications::notFound);
    return new Issued(verification, token);
  }

  /** Whoever repeats a request asks for nothing more. */
  private void requireRoom(Origin origin, Optional<RequestId> request, Asked asked) {
    try {
      deliveries.requireRoom(asked.purpose(), asked.receivers());
      if (asked.byAnybody()) {
        attempts.requireRoom(origin);
      }
    } catch (Refusal full) {
      boolean repeated = request.isPresent()
          && database.read(() -> idempotency.find(origin, request.get())).isPresent();
      if (!repeated) {
        throw full;
      }
    }
  }
}
