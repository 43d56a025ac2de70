package dev.doorward.password;

import static dev.doorward.error.Reason.INVALID_CREDENTIALS;

import dev.doorward.account.PasswordProvider;
import dev.doorward.attempt.Attempt;
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
import dev.doorward.password.PasswordHashing.Place;
import dev.doorward.session.NewSession;
import dev.doorward.session.Session;
import dev.doorward.session.Sessions;
import dev.doorward.session.Sessions.Opened;
import dev.doorward.user.Email;
import dev.doorward.user.NewUser;
import dev.doorward.user.User;
import dev.doorward.user.Users;
import dev.doorward.verification.OneTimeTokens;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Signing up and in with a password. Every operation reads, hashes on {@link PasswordHashing}'s threads, then writes: no
 * thread waits for a hash, and no transaction is open during one.
 */
public final class Passwords {

  /** Somebody who is signed in now. */
  public record SignedIn(User user, Opened opened) {}

  /** Which sessions go on when a password is replaced: all, or at most the one that is named. */
  public record Kept(boolean all, Optional<String> sessionId) {}

  /**
   * A password that is to be checked.
   *
   * @param began when the call began, by {@link System#nanoTime}
   * @param place where its hash waits
   * @param found whose it would be
   */
  private record Guess(
      Attempt attempt, long began, Place place, Optional<CredentialMapper.Row> found) {

    Guess again(Place another, Optional<CredentialMapper.Row> now) {
      return new Guess(attempt, began, another, now);
    }
  }

  /**
   * A password that was checked.
   *
   * @param checked the hash that it was checked against
   * @param renewed the hash to keep from now on, which is the same unless the parameters have changed
   */
  private record Proof(String accountId, String userId, String checked, String renewed) {

    boolean isRenewed() {
      return !renewed.equals(checked);
    }
  }

  private final Database database;
  private final CredentialMapper credentials;
  private final PasswordHashing hashing;
  private final Attempts attempts;
  private final Executor workers;
  private final Users users;
  private final Sessions sessions;
  private final OneTimeTokens tokens;
  private final Idempotency idempotency;
  private final Events events;
  private final PasswordProvider provider;

  public Passwords(
      Database database,
      PasswordHashing hashing,
      Attempts attempts,
      Executor workers,
      Users users,
      Sessions sessions,
      OneTimeTokens tokens,
      Idempotency idempotency,
      Events events,
      PasswordConfig config) {
    this.database = database;
    this.credentials = database.mapper(CredentialMapper.class);
    this.hashing = hashing;
    this.attempts = attempts;
    this.workers = workers;
    this.users = users;
    this.sessions = sessions;
    this.tokens = tokens;
    this.idempotency = idempotency;
    this.events = events;
    this.provider = config.provider();
  }

  public CompletionStage<SignedIn> signUp(
      Origin origin,
      Optional<RequestId> request,
      NewUser wanted,
      Password password,
      boolean remember) {
    return hashing.inLine(place -> {
      Optional<String> earlier = request.isEmpty()
          ? Optional.empty()
          : database.read(() -> idempotency.find(origin, request.get()));
      if (earlier.isPresent()) {
        return signUpAgain(origin, place, earlier.get(), password);
      }
      NewSession session = NewSession.of(wanted.id(), remember);
      return place
          .hash(password)
          .thenApplyAsync(hash -> create(origin, request, wanted, hash, session), workers)
          // A twin of this request was faster: it is an earlier one by now.
          .thenCompose(orElse(() -> signUp(origin, request, wanted, password, remember)));
    });
  }

  public CompletionStage<SignedIn> signIn(
      Origin origin,
      Optional<RequestId> request,
      Email email,
      Password password,
      boolean remember) {
    return attempt(
        origin,
        email.value(),
        () -> find(email),
        guess -> signIn(request, guess, email, password, remember));
  }

  private CompletionStage<SignedIn> signIn(
      Optional<RequestId> request, Guess guess, Email email, Password password, boolean remember) {
    return prove(guess, password)
        .thenApplyAsync(proof -> open(request, guess.attempt(), proof, remember), workers)
        // The password was replaced in between: this one may be wrong by now.
        .thenCompose(orElse(() -> hashing.inLine(
            place -> signIn(request, guess.again(place, find(email)), email, password, remember))));
  }

  public CompletionStage<Void> verify(Origin origin, String userId, Password password) {
    return attempt(
        origin,
        userId,
        () -> find(userId),
        guess -> prove(guess, password)
            .thenAcceptAsync(
                proof -> database.transaction(() -> {
                  attempts.succeed(guess.attempt());
                  return null;
                }),
                workers));
  }

  public CompletionStage<Void> change(
      Origin origin, String userId, Password current, Password wanted, Kept kept) {
    return attempt(
        origin,
        userId,
        () -> find(userId),
        guess -> prove(guess, current)
            .thenCompose(proof -> hash(wanted)
                .thenAcceptAsync(hash -> replace(guess.attempt(), proof, hash, kept), workers)));
  }

  public CompletionStage<Void> set(
      Origin origin, String userId, Password wanted, boolean keepSessions) {
    return hashing.inLine(place -> {
      users.get(userId); // Refuses early what would be refused after an expensive hash.
      return place
          .hash(wanted)
          .thenAcceptAsync(
              hash -> put(origin, userId, hash, new Kept(keepSessions, Optional.empty())), workers);
    });
  }

  /** Empty if the request has been made before. */
  private Optional<SignedIn> create(
      Origin origin, Optional<RequestId> request, NewUser wanted, String hash, NewSession session) {
    return database.transaction(() -> {
      if (idempotency.claim(origin, request, session.id()).isPresent()) {
        return Optional.empty();
      }
      User user = users.add(origin, wanted);
      insert(origin, user.id(), hash);
      return Optional.of(new SignedIn(user, sessions.add(origin, session)));
    });
  }

  /**
   * A fresh token for the session that the request has opened before, if this is the same password. That is not counted as an
   * attempt: whoever knows the request's id has made it.
   */
  private CompletionStage<SignedIn> signUpAgain(
      Origin origin, Place place, String sessionId, Password password) {
    Session session = sessions.get(sessionId);
    return place
        .verify(
            find(session.userId()).map(CredentialMapper.Row::hash).orElseGet(hashing::decoy),
            password,
            System.nanoTime())
        .thenApplyAsync(
            matches -> {
              if (!matches) {
                throw Idempotency.reused();
              }
              NewSession again = NewSession.of(session.userId(), session.remember());
              return database.transaction(() -> new SignedIn(
                  users.get(session.userId()), sessions.reissue(origin, sessionId, again)));
            },
            workers);
  }

  /** Empty if the password is not the one any longer that was checked. */
  private Optional<SignedIn> open(
      Optional<RequestId> request, Attempt attempt, Proof proof, boolean remember) {
    Origin origin = attempt.origin();
    NewSession session = NewSession.of(proof.userId(), remember);
    return database.transaction(() -> {
      // Before the claim: what commits nothing but a claim names a session that nobody opened.
      if (!holds(proof)) {
        return Optional.empty();
      }
      Optional<String> earlier = idempotency.claim(origin, request, session.id());
      Opened opened = earlier.isPresent()
          ? sessions.reissue(origin, earlier.get(), session)
          : sessions.add(origin, session);
      User user = users.get(proof.userId());
      attempts.succeed(attempt);
      return Optional.of(new SignedIn(user, opened));
    });
  }

  private void replace(Attempt attempt, Proof proof, String hash, Kept kept) {
    Origin origin = attempt.origin();
    database.transaction(() -> {
      users.requireActive(proof.userId());
      if (credentials.replace(proof.accountId(), proof.checked(), hash) == 0) {
        throw wrong();
      }
      events.record(
          origin, Event.ofAccount(EventType.PASSWORD_CHANGED, proof.userId(), proof.accountId()));
      attempts.succeed(attempt);
      tokens.forgetWaysIn(proof.userId());
      end(origin, proof.userId(), kept);
      return null;
    });
  }

  private void put(Origin origin, String userId, String hash, Kept kept) {
    database.transaction(() -> {
      users.lock(userId); // So that of two first passwords, set at once, one replaces the other.
      if (credentials.update(provider, userId, hash) == 0) {
        insert(origin, userId, hash);
      } else {
        events.record(origin, Event.ofUser(EventType.PASSWORD_SET, userId));
      }
      attempts.forget(userId);
      tokens.forgetWaysIn(userId);
      end(origin, userId, kept);
      return null;
    });
  }

  private void insert(Origin origin, String userId, String hash) {
    String accountId = Ids.generate();
    credentials.insert(accountId, provider, userId, hash);
    events.record(origin, Event.ofAccount(EventType.PASSWORD_SET, userId, accountId));
  }

  private void end(Origin origin, String userId, Kept kept) {
    if (!kept.all()) {
      sessions.removeAll(origin, userId, kept.sessionId());
    }
  }

  /** Counts an attempt at a password as failed, and takes that back unless it did. */
  private <T> CompletionStage<T> attempt(
      Origin origin,
      String named,
      Supplier<Optional<CredentialMapper.Row>> find,
      Function<Guess, CompletionStage<T>> work) {
    long began = System.nanoTime();
    return hashing.inLine(place -> {
      Optional<CredentialMapper.Row> found = find.get();
      Optional<String> holder =
          found.filter(row -> row.hash() != null).map(CredentialMapper.Row::userId);
      Attempt attempt;
      try {
        attempt = attempts.begin(origin, holder, named);
      } catch (Refusal e) {
        place.giveUp();
        return hashing.afterReads(began).thenCompose(now -> CompletableFuture.failedFuture(e));
      }
      return work.apply(new Guess(attempt, began, place, found)).whenComplete((done, thrown) -> {
        if (thrown != null && isWrong(thrown)) {
          attempts.fail(attempt);
        } else if (thrown != null) {
          attempts.release(attempt);
        }
      });
    });
  }

  private CompletionStage<String> hash(Password password) {
    return hashing.inLine(place -> place.hash(password));
  }

  private Optional<CredentialMapper.Row> find(Email email) {
    return database.read(() -> credentials.selectByEmail(provider, email.value()));
  }

  private Optional<CredentialMapper.Row> find(String userId) {
    return Ids.canExist(userId)
        ? database.read(() -> credentials.selectByUser(provider, userId))
        : Optional.empty();
  }

  /** One answer, after one time and one amount of work, for an unknown user, a user without a password and a wrong password. */
  private CompletionStage<Proof> prove(Guess guess, Password password) {
    Optional<CredentialMapper.Row> credential = guess.found().filter(row -> row.hash() != null);
    return guess
        .place()
        .verify(
            credential.map(CredentialMapper.Row::hash).orElseGet(hashing::decoy),
            password,
            guess.began())
        .thenCompose(matches -> {
          if (!matches || credential.isEmpty()) {
            throw wrong();
          }
          CredentialMapper.Row row = credential.get();
          CompletionStage<String> renewed = hashing.isOutdated(row.hash())
              ? hash(password)
              : CompletableFuture.completedFuture(row.hash());
          return renewed.thenApply(
              hash -> new Proof(row.accountId(), row.userId(), row.hash(), hash));
        });
  }

  /** Whether the password is still the one that was checked; until the transaction ends, it stays so. */
  private boolean holds(Proof proof) {
    return proof.isRenewed()
        ? credentials.replace(proof.accountId(), proof.checked(), proof.renewed()) == 1
        : credentials.lockUnchanged(proof.accountId(), proof.checked()) == 1;
  }

  private static <T> Function<Optional<T>, CompletionStage<T>> orElse(
      Supplier<CompletionStage<T>> again) {
    return done ->
        done.<CompletionStage<T>>map(CompletableFuture::completedFuture).orElseGet(again);
  }

  private static boolean isWrong(Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    return cause instanceof Refusal refusal && refusal.reason() == INVALID_CREDENTIALS;
  }

  private static Refusal wrong() {
    return Refusal.because(
        INVALID_CREDENTIALS, "the address and the password don't belong together");
  }
}
