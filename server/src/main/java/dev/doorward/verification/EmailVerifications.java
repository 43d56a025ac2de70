package dev.doorward.verification;

import static dev.doorward.verification.Purpose.EMAIL_VERIFICATION;

import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Database;
import dev.doorward.event.EventType;
import dev.doorward.revocation.Revocation;
import dev.doorward.revocation.Revocations;
import dev.doorward.session.Sessions;
import dev.doorward.user.User;
import dev.doorward.user.Users;
import dev.doorward.verification.OneTimeTokens.Asked;
import dev.doorward.verification.OneTimeTokens.Good;
import dev.doorward.verification.OneTimeTokens.Holder;
import dev.doorward.verification.Verifications.Issued;
import java.util.List;
import java.util.Optional;

/** The proof that a user receives what is sent to their address. */
public final class EmailVerifications {

  /**
   * What has come of a proof.
   *
   * @param formerAccountsRemoved whether the accounts of before are gone, for nobody had proved the address until now
   */
  record Done(User user, boolean formerAccountsRemoved) {}

  private final Database database;
  private final OneTimeTokens tokens;
  private final MailboxProof proof;
  private final Users users;
  private final Sessions sessions;
  private final Revocations revocations;

  public EmailVerifications(
      Database database,
      OneTimeTokens tokens,
      MailboxProof proof,
      Users users,
      Sessions sessions,
      Revocations revocations) {
    this.database = database;
    this.tokens = tokens;
    this.proof = proof;
    this.users = users;
    this.sessions = sessions;
    this.revocations = revocations;
  }

  Issued request(Origin origin, Optional<RequestId> request, String userId) {
    return tokens.issue(
        origin,
        request,
        new Asked(
            EMAIL_VERIFICATION, EventType.EMAIL_VERIFICATION_REQUESTED, List.of(userId), false),
        () -> {
          User user = users.getLockedShared(userId);
          return Holder.of(user, user.email());
        });
  }

  Good check(OneTimeToken token) {
    return tokens.check(EMAIL_VERIFICATION, token);
  }

  /** @param signedIn who is signed in where the token was brought; empty if nobody is, as far as the caller knows */
  Done complete(Origin origin, OneTimeToken token, Optional<String> signedIn) {
    String userId = check(token).userId();
    boolean same = signedIn.filter(userId::equals).isPresent();
    return database.transaction(() -> {
      User user = users.getLocked(userId);
      tokens.spend(EMAIL_VERIFICATION, token, user);
      boolean removed = proof.accept(origin, user, same);
      User now = users.get(userId);
      if (removed) {
        tokens.forgetWaysIn(userId);
        sessions.removeAll(origin, userId, Optional.empty());
      } else if (!user.emailVerified()) {
        revocations.append(Revocation.ofUser(Revocation.Kind.USER_CHANGED, userId));
      }
      return new Done(now, removed);
    });
  }
}
