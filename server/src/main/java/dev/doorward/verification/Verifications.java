package dev.doorward.verification;

import static dev.doorward.error.Reason.ID_TAKEN;
import static dev.doorward.error.Reason.TOO_MANY_VERIFICATIONS;
import static dev.doorward.error.Reason.VERIFICATION_NOT_FOUND;

import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Database;
import dev.doorward.database.DuplicateKey;
import dev.doorward.database.Page;
import dev.doorward.error.Refusal;
import dev.doorward.event.Event;
import dev.doorward.event.EventType;
import dev.doorward.event.Events;
import dev.doorward.idempotency.Idempotency;
import dev.doorward.user.Belongings;
import java.util.List;
import java.util.Optional;

/** Tokens for the callers' own purposes, which are good once. */
public final class Verifications implements Belongings {

  /** A verification, with the token that only whoever it is delivered to will know. */
  public record Issued(Verification verification, OneTimeToken token) {}

  private static final int MOST_LIVE = 100;

  private final Database database;
  private final VerificationMapper verifications;
  private final Idempotency idempotency;
  private final Events events;
  private final VerificationConfig config;

  public Verifications(
      Database database, Idempotency idempotency, Events events, VerificationConfig config) {
    this.database = database;
    this.verifications = database.mapper(VerificationMapper.class);
    this.idempotency = idempotency;
    this.events = events;
    this.config = config;
  }

  /** Gives out a token; or, if the request has done so before, gives the same verification another one. */
  Issued create(Origin origin, Optional<RequestId> request, NewVerification wanted) {
    return database.transaction(() -> {
      Optional<String> earlier = idempotency.claim(origin, request, wanted.id());
      Verification verification =
          earlier.isPresent() ? replaceToken(earlier.get(), wanted.token()) : insert(wanted);
      events.record(origin, Event.ofNobody(EventType.VERIFICATION_CREATED));
      return new Issued(verification, wanted.token());
    });
  }

  Verification check(String identifier, Purpose purpose, OneTimeToken token) {
    requirePossible(purpose, token);
    return database
        .read(() -> verifications.select(identifier, purpose.name(), token.hash()))
        .orElseThrow(Verifications::notFound);
  }

  Verification consume(Origin origin, String identifier, Purpose purpose, OneTimeToken token) {
    requirePossible(purpose, token);
    return database.transaction(() -> {
      Verification verification = verifications
          .delete(identifier, purpose.name(), token.hash())
          .orElseThrow(Verifications::notFound);
      events.record(origin, Event.ofNobody(EventType.VERIFICATION_CONSUMED));
      return verification;
    });
  }

  /** Deletes tokens that have ended, so many at the most, and says how many. */
  public int sweep(int limit) {
    return database.sweep(() -> verifications.selectEnded(limit), verifications::deleteAll);
  }

  /** Those that were made for a user, by whatever flow. */
  public Page<Verification> listOfUser(String userId, Optional<Page.Position> after, int size) {
    List<Verification> rows =
        database.read(() -> verifications.selectPageOfUser(userId, after.orElse(null), size + 1));
    return Page.cut(rows, size, row -> new Page.Position(row.createdAt(), row.id()));
  }

  /** Those of an identifier that are for the callers' own purposes. */
  public Page<Verification> listOfIdentifier(
      String identifier, Optional<Page.Position> after, int size) {
    List<Verification> rows = database.read(
        () -> verifications.selectPageOfIdentifier(identifier, after.orElse(null), size + 1));
    return Page.cut(rows, size, row -> new Page.Position(row.createdAt(), row.id()));
  }

  @Override
  public void forget(String userId, String email) {
    verifications.deleteByIdentifiers(userId, email);
    verifications.deleteByValue(userId);
  }

  private Verification insert(NewVerification wanted) {
    try {
      return verifications
          .insertUnlessTooMany(
              wanted,
              wanted.token().hash(),
              wanted.expiresAt().orElse(null),
              config.lifetime().toSeconds(),
              MOST_LIVE)
          .orElseThrow(Verifications::tooMany);
    } catch (DuplicateKey e) {
      throw Refusal.because(ID_TAKEN, "this identifier has this token already");
    }
  }

  private Verification replaceToken(String id, OneTimeToken token) {
    if (verifications.replaceToken(id, token.hash()) == 0) {
      throw notFound();
    }
    return verifications.selectById(id).orElseThrow(Verifications::notFound);
  }

  private static void requirePossible(Purpose purpose, OneTimeToken token) {
    if (!token.canBeOf(purpose)) {
      throw notFound();
    }
  }

  private static Refusal tooMany() {
    return Refusal.because(
        TOO_MANY_VERIFICATIONS,
        "this identifier has " + MOST_LIVE + " live tokens of this purpose already");
  }

  static Refusal notFound() {
    return Refusal.because(
        VERIFICATION_NOT_FOUND,
        "the token is unknown, has ended, was used or is for something else");
  }
}
