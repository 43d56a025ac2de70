package dev.doorward.verification;

import dev.doorward.account.Accounts;
import dev.doorward.call.Origin;
import dev.doorward.user.User;
import dev.doorward.user.Users;

/**
 * What follows when somebody proves that they receive what is sent to a user's address. Anybody can sign up with an address
 * that is not theirs and wait until its owner comes (pre-hijacking). So the first proof takes away all ways in that were
 * there before it, unless whoever brings it is signed in as that very user.
 */
public final class MailboxProof {

  private final Users users;
  private final Accounts accounts;

  public MailboxProof(Users users, Accounts accounts) {
    this.users = users;
    this.accounts = accounts;
  }

  /**
   * Accepts a proof, in the transaction that holds the user's row.
   *
   * @param user as they were before
   * @param signedIn whether whoever brings the proof is signed in as this user
   * @return whether the former accounts are gone; the sessions are then to be ended too, at the end of the transaction
   */
  public boolean accept(Origin origin, User user, boolean signedIn) {
    if (user.emailVerified()) {
      return false;
    }
    users.confirmEmail(origin, user.id());
    if (!signedIn) {
      accounts.removeAll(origin, user.id());
    }
    return !signedIn;
  }
}
