package dev.doorward.password;

import static dev.doorward.verification.Purpose.PASSWORD_RESET;

import dev.doorward.account.PasswordProvider;
import dev.doorward.attempt.Attempts;
import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Database;
import dev.doorward.database.Ids;
import dev.doorward.event.Event;
import dev.doorward.event.EventType;
import dev.doorward.event.Events;
import dev.doorward.session.Sessions;
import dev.doorward.token.Pseudonym;
import dev.doorward.user.Email;
import dev.doorward.user.User;
import dev.doorward.user.Users;
import dev.doorward.verification.MailboxProof;
import dev.doorward.verification.OneTimeToken;
import dev.doorward.verification.OneTimeTokens;
import dev.doorward.verification.OneTimeTokens.Asked;
import dev.doorward.verification.OneTimeTokens.Good;
import dev.doorward.verification.OneTimeTokens.Holder;
import dev.doorward.verification.Verifications.Issued;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A new password for whoever receives what is sent to their address. */
public final class PasswordResets {

  /**
   * What has come of a reset.
   *
   * @param formerAccountsRemoved whether the accounts of before are gone, for nobody had proved the address until now
   */
  public record Done(User user, boolean formerAccountsRemoved) {}

  private final Database database;
  private final CredentialMapper credentials;
  private final PasswordHashing hashing;
  private final Executor workers;
  private final OneTimeTokens tokens;
  private final MailboxProof proof;
  private final Attempts attempts;
  private final Users users;
  private final Sessions sessions;
  private final Events events;
  private final PasswordProvider provider;

  public PasswordResets(
      Database database,
      PasswordHashing hashing,
      Executor workers,
      OneTimeTokens tokens,
      MailboxProof proof,
      Attempts attempts,
      Users users,
      Sessions sessions,
      Events events,
      PasswordConfig config) {
    this.database = database;
    this.credentials = database.mapper(CredentialMapper.class);
    this.hashing = hashing;
    this.workers = workers;
    this.tokens = tokens;
    this.proof = proof;
    this.attempts = attempts;
    this.users = users;
    this.sessions = sessions;
    this.events = events;
    this.provider = config.provider();
  }

  /** A token for whoever has the address; for an address that nobody has, one that is good for nothing, in the same way. */
  Issued request(Origin origin, Optional<RequestId> request, Email email) {
    return tokens.issue(
        origin,
        request,
        new Asked(PASSWORD_RESET, EventType.PASSWORD_RESET_REQUESTED, List.of(email.value()), true),
        () -> users
            .findLocked(email)
            .map(user -> Holder.of(user, email.value()))
            .orElseGet(() -> new Holder(Pseudonym.of(email.value()), null, null)));
  }

  Good check(OneTimeToken token) {
    return tokens.check(PASSWORD_RESET, token);
  }

  /** Looks at the token before the hash, which is expensive, and uses it up after the hash, which may be refused. */
  CompletionStage<Done> complete(Origin origin, OneTimeToken token, Password wanted) {
    return hashing.inLine(place -> {
      Good good = check(token);
      return place
          .hash(wanted)
          .thenApplyAsync(hash -> replace(origin, token, good.userId(), hash), workers);
    });
  }

  private Done replace(Origin origin, OneTimeToken token, String userId, String hash) {
    return database.transaction(() -> {
      User user = users.getLocked(userId);
      tokens.spend(PASSWORD_RESET, token, user);
      boolean removed = proof.accept(origin, user, false);
      if (credentials.update(provider, userId, hash) == 0) {
        credentials.insert(Ids.generate(), provider, userId, hash);
      }
      events.record(origin, Event.ofUser(EventType.PASSWORD_RESET, userId));
      attempts.forget(userId);
      tokens.forgetWaysIn(userId);
      User now = users.get(userId);
      sessions.removeAll(origin, userId, Optional.empty());
      return new Done(now, removed);
    });
  }
}
