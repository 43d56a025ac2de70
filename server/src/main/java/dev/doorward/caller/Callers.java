package dev.doorward.caller;

import static dev.doorward.error.Reason.CALLER_KEY_NOT_FOUND;
import static dev.doorward.error.Reason.ID_TAKEN;
import static dev.doorward.error.Reason.TOO_MANY_CALLER_KEYS;

import dev.doorward.call.Caller;
import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.call.Role;
import dev.doorward.database.Change;
import dev.doorward.database.Conflict;
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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The services that may call, and the keys by which they are known. */
public final class Callers {

  /** A key that was given out, with the secret that only its holder will know. */
  public record Issued(IssuedKey about, CallerKey key) {}

  /**
   * Somebody who is known.
   *
   * @param lane the lane of the caller's revocations
   * @param asOf how far that lane was in the snapshot that the caller was read from
   * @param expiresIn for how long this holds, by the database's clock
   */
  public record Known(Caller caller, int lane, long asOf, Duration expiresIn) {}

  private static final int MAX_LIVE_KEYS = 2;
  private static final String FIRST_NAME = "bootstrap";

  private final Database database;
  private final CallerMapper callers;
  private final Idempotency idempotency;
  private final Revocations revocations;
  private final Events events;

  public Callers(
      Database database, Idempotency idempotency, Revocations revocations, Events events) {
    this.database = database;
    this.callers = database.mapper(CallerMapper.class);
    this.idempotency = idempotency;
    this.revocations = revocations;
    this.events = events;
  }

  /** One statement. Who holds the key; empty if it is unknown, has expired or was revoked. */
  public Optional<Known> byKey(CallerKey key) {
    return database
        .read(() -> callers.selectByKey(key.id(), key.hash()))
        .map(CallerMapper.KnownRow::known);
  }

  /** One statement. Who is known by a certificate with that one name, which somebody else has verified. */
  public Optional<Known> byCertificate(String name) {
    return database.read(() -> callers.selectByCertificate(name)).map(CallerMapper.KnownRow::known);
  }

  /** Gives out a key; or, if the request has done so before, gives that one a fresh secret. */
  public Issued issue(Origin origin, Optional<RequestId> request, NewKey wanted) {
    return database.transaction(() -> {
      Optional<String> earlier = idempotency.claim(origin, request, wanted.key().id());
      return earlier.isPresent() ? reissue(origin, earlier.get()) : add(origin, wanted);
    });
  }

  public Page<IssuedKey> list(Optional<Page.Position> after, int size) {
    List<IssuedKey> rows =
        database.read(() -> callers.selectPage(after.orElse(null), size + 1)).stream()
            .map(CallerMapper.IssuedRow::issued)
            .toList();
    return Page.cut(rows, size, key -> new Page.Position(key.createdAt(), key.id()));
  }

  public void revoke(Origin origin, String keyId) {
    if (!Ids.canExist(keyId)) {
      throw notFound();
    }
    database.transaction(() -> {
      String callerId = callers.deleteKey(keyId).orElseThrow(Callers::notFound);
      events.record(origin, Event.ofCallerKey(EventType.CALLER_KEY_REVOKED, keyId));
      revocations.append(Revocation.ofCallerKey(callerId, keyId));
      return null;
    });
  }

  /**
   * Makes the key the first operator's, unless there is any caller yet.
   *
   * @return whether it did
   */
  public boolean begin(Origin origin, CallerKey key) {
    return database.transaction(() -> {
      String id = Ids.generate();
      try {
        if (callers.insertIfFirst(id, FIRST_NAME, CallerMapper.stored(Set.of(Role.OPERATOR)))
            == 0) {
          return false;
        }
      } catch (DuplicateKey e) {
        return false; // Another server that starts at the same time was faster.
      }
      insertKey(origin, id, key, NewKey.DEFAULT_LIFETIME);
      return true;
    });
  }

  private Issued add(Origin origin, NewKey wanted) {
    Optional<CallerMapper.CallerRow> existing = callers.lock(wanted.callerName());
    boolean changed = false;
    String id;
    if (existing.isEmpty()) {
      id = create(wanted);
    } else {
      id = existing.get().id();
      if (callers.countLive(id) >= MAX_LIVE_KEYS) {
        throw Refusal.because(
            TOO_MANY_CALLER_KEYS,
            wanted.callerName() + " has " + MAX_LIVE_KEYS + " live keys; revoke one of them first");
      }
      callers.deleteExpired(id);
      changed = change(existing.get(), wanted);
    }
    insertKey(origin, id, wanted.key(), wanted.lifetime());
    Issued issued = issued(wanted.key());
    if (changed) {
      events.record(
          origin, Event.ofCallerKey(EventType.CALLER_CHANGED, wanted.key().id()));
      revocations.append(Revocation.ofCaller(id));
    }
    return issued;
  }

  private String create(NewKey wanted) {
    if (wanted.roles().isEmpty()) {
      throw Refusal.invalid(
          List.of(new Refusal.Violation("roles", "not set (expected: those of the new caller)")));
    }
    String id = Ids.generate();
    unique(() -> callers.insert(
        id,
        wanted.callerName(),
        CallerMapper.stored(wanted.roles()),
        wanted.certificateName().value()));
    return id;
  }

  /** Whether anything is other than before. */
  private boolean change(CallerMapper.CallerRow caller, NewKey wanted) {
    boolean roles = !wanted.roles().isEmpty() && !wanted.roles().equals(caller.roleSet());
    Change<String> certificate = wanted.certificateName();
    boolean name = certificate.given()
        && !Optional.ofNullable(certificate.value())
            .equals(Optional.ofNullable(caller.certificateName()));
    // In any case: nodes of a cluster compare what they write, not what they lock.
    unique(() -> callers.update(
        caller.id(),
        roles ? Change.to(CallerMapper.stored(wanted.roles())) : Change.none(),
        certificate));
    return roles || name;
  }

  private Issued reissue(Origin origin, String keyId) {
    CallerKey key = CallerKey.generate(keyId);
    if (callers.replaceHash(keyId, key.hash()) == 0) {
      throw notFound();
    }
    String callerId = callers.selectCallerId(keyId);
    events.record(origin, Event.ofCallerKey(EventType.CALLER_KEY_REISSUED, keyId));
    Issued issued = issued(key);
    revocations.append(Revocation.ofCallerKey(callerId, keyId));
    return issued;
  }

  private void insertKey(Origin origin, String callerId, CallerKey key, Duration lifetime) {
    callers.insertKey(key.id(), callerId, key.hash(), lifetime.toSeconds());
    events.record(origin, Event.ofCallerKey(EventType.CALLER_KEY_CREATED, key.id()));
  }

  private Issued issued(CallerKey key) {
    return new Issued(callers.selectIssued(key.id()).issued(), key);
  }

  /** A name that somebody takes at the same time is a conflict, which the next attempt finds settled. */
  private static void unique(Runnable write) {
    try {
      write.run();
    } catch (DuplicateKey e) {
      if (e.key().equals("caller_name")) {
        throw new Conflict(e);
      }
      throw Refusal.because(ID_TAKEN, "another caller has this certificate name");
    }
  }

  private static Refusal notFound() {
    return Refusal.because(CALLER_KEY_NOT_FOUND, "there is no such key");
  }
}
