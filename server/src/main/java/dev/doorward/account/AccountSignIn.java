package dev.doorward.account;

import static dev.doorward.error.Reason.ACCOUNT_ALREADY_LINKED;
import static dev.doorward.error.Reason.ACCOUNT_LINKED_TO_ANOTHER_USER;
import static dev.doorward.error.Reason.ACCOUNT_LINKING_DISABLED;
import static dev.doorward.error.Reason.ACCOUNT_NOT_FOUND;
import static dev.doorward.error.Reason.EMAIL_TAKEN;
import static dev.doorward.error.Reason.LOCAL_EMAIL_UNVERIFIED;
import static dev.doorward.error.Reason.PROVIDER_EMAIL_UNVERIFIED;

import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Conflict;
import dev.doorward.database.Database;
import dev.doorward.database.Ids;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.idempotency.Idempotency;
import dev.doorward.session.NewSession;
import dev.doorward.session.Sessions;
import dev.doorward.session.Sessions.Opened;
import dev.doorward.user.Email;
import dev.doorward.user.NewUser;
import dev.doorward.user.User;
import dev.doorward.user.Users;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Signs in whoever a provider has authenticated: finds, links or creates the user. */
public final class AccountSignIn {

  /** Somebody who is signed in now. */
  public record SignedIn(User user, Account account, Opened opened, boolean userCreated) {}

  /**
   * Who signs in.
   *
   * @param linked whether the account was theirs before
   * @param created whether they are a new user
   */
  private record Holder(User user, Account account, boolean linked, boolean created) {}

  private static final Set<Reason> LOST_RACES =
      EnumSet.of(EMAIL_TAKEN, ACCOUNT_ALREADY_LINKED, ACCOUNT_LINKED_TO_ANOTHER_USER);

  private final Database database;
  private final Users users;
  private final Sessions sessions;
  private final Accounts accounts;
  private final Idempotency idempotency;
  private final AccountConfig config;

  public AccountSignIn(
      Database database,
      Users users,
      Sessions sessions,
      Accounts accounts,
      Idempotency idempotency,
      AccountConfig config) {
    this.database = database;
    this.users = users;
    this.sessions = sessions;
    this.accounts = accounts;
    this.idempotency = idempotency;
    this.config = config;
  }

  public SignedIn signIn(
      Origin origin,
      Optional<RequestId> request,
      NewAccount wanted,
      ProviderProfile profile,
      boolean remember) {
    String sessionId = Ids.generate();
    return database.transaction(() -> {
      Optional<String> earlier = idempotency.claim(origin, request, sessionId);
      Holder holder = findOrCreate(origin, wanted, profile);
      NewSession session = NewSession.of(holder.user().id(), remember).withId(sessionId);
      Opened opened = earlier.isPresent()
          ? sessions.reissue(origin, earlier.get(), session)
          : sessions.add(origin, session);
      // It may have been taken away, and the sessions of then, before the user's row was held.
      if (holder.linked() && !accounts.lock(holder.account().id())) {
        throw new Conflict(null);
      }
      return new SignedIn(holder.user(), holder.account(), opened, holder.created());
    });
  }

  private Holder findOrCreate(Origin origin, NewAccount wanted, ProviderProfile profile) {
    Optional<Account> linked = accounts.find(wanted.provider(), wanted.providerAccountId());
    if (linked.isPresent()) {
      Account account = withTokens(origin, linked.get(), wanted);
      return new Holder(users.get(account.userId()), account, true, false);
    }
    Email email = profile.email().orElseThrow(AccountSignIn::emailRequired);
    try {
      Optional<User> local = users.find(email);
      local.ifPresent(user -> requireLinkable(user, wanted, profile));
      User user = local.isPresent() ? local.get() : users.add(origin, newUser(email, profile));
      return new Holder(user, accounts.add(origin, user.id(), wanted), false, local.isEmpty());
    } catch (Refusal e) {
      // The same person's other sign-in was faster: what it made is found when this one runs again.
      boolean lost = LOST_RACES.contains(e.reason())
          || accounts.find(wanted.provider(), wanted.providerAccountId()).isPresent();
      throw lost ? new Conflict(e) : e;
    }
  }

  private Account withTokens(Origin origin, Account linked, NewAccount wanted) {
    if (wanted.tokens().none()) {
      return linked;
    }
    try {
      return accounts.replaceTokens(origin, linked.id(), wanted.tokens());
    } catch (Refusal e) {
      throw e.reason() == ACCOUNT_NOT_FOUND ? new Conflict(e) : e;
    }
  }

  /** Whoever holds an address at a provider gets the local user only if both sides have proof of the mailbox. */
  private void requireLinkable(User local, NewAccount wanted, ProviderProfile profile) {
    if (!config.linking()) {
      throw Refusal.because(
          ACCOUNT_LINKING_DISABLED, "a user with this address exists; linking is switched off");
    }
    if (!profile.emailVerified() && !config.trustedProviders().contains(wanted.provider())) {
      throw Refusal.because(
          PROVIDER_EMAIL_UNVERIFIED,
          "a user with this address exists; the provider has not verified it");
    }
    if (!local.emailVerified()) {
      throw Refusal.because(
          LOCAL_EMAIL_UNVERIFIED, "a user with this address exists, who has not verified it");
    }
  }

  private static NewUser newUser(Email email, ProviderProfile profile) {
    return new NewUser(
        Ids.generate(),
        email,
        profile.emailVerified(),
        null,
        profile.name(),
        profile.image(),
        null);
  }

  private static Refusal emailRequired() {
    return Refusal.invalid(List.of(new Refusal.Violation(
        "profile.email",
        "not set (expected: an address, for the provider's account is not linked yet)")));
  }
}
