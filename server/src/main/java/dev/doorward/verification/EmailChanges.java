package dev.doorward.verification;

import static dev.doorward.verification.Purpose.EMAIL_CHANGE;

import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Database;
import dev.doorward.event.EventType;
import dev.doorward.user.Email;
import dev.doorward.user.User;
import dev.doorward.user.Users;
import dev.doorward.verification.OneTimeTokens.Asked;
import dev.doorward.verification.OneTimeTokens.Good;
import dev.doorward.verification.OneTimeTokens.Holder;
import dev.doorward.verification.Verifications.Issued;
import java.util.List;
import java.util.Optional;

/** Another address for a user, once they have shown that they receive what is sent there. */
public final class EmailChanges {

  /** A user with another address than before. */
  record Done(User user, String formerEmail) {}

  private final Database database;
  private final OneTimeTokens tokens;
  private final Users users;

  public EmailChanges(Database database, OneTimeTokens tokens, Users users) {
    this.database = database;
    this.tokens = tokens;
    this.users = users;
  }

  /** Does not look whether anybody has that address: who asks is not to learn it. */
  Issued request(Origin origin, Optional<RequestId> request, String userId, Email wanted) {
    return tokens.issue(
        origin,
        request,
        new Asked(
            EMAIL_CHANGE, EventType.EMAIL_CHANGE_REQUESTED, List.of(userId, wanted.value()), false),
        () -> Holder.of(users.getLockedShared(userId), wanted.value()));
  }

  Good check(OneTimeToken token) {
    return tokens.check(EMAIL_CHANGE, token);
  }

  /**
   * Whoever has the mailbox confirms, but only for the user as whom they are signed in: a stranger to whom somebody had the
   * token sent would otherwise give their own address to an account that is not theirs.
   */
  Done complete(Origin origin, OneTimeToken token, String signedIn) {
    Good good = check(token);
    if (!good.userId().equals(signedIn)) {
      throw Verifications.notFound();
    }
    return database.transaction(() -> {
      User user = users.getLocked(good.userId());
      tokens.spend(EMAIL_CHANGE, token, user);
      tokens.forgetWaysIn(user.id());
      return new Done(
          users.changeEmail(origin, user.id(), new Email(good.address())), user.email());
    });
  }
}
