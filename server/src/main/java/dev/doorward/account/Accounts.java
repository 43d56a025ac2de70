package dev.doorward.account;

import static dev.doorward.error.Reason.ACCOUNT_ALREADY_LINKED;
import static dev.doorward.error.Reason.ACCOUNT_LINKED_TO_ANOTHER_USER;
import static dev.doorward.error.Reason.ACCOUNT_NOT_FOUND;
import static dev.doorward.error.Reason.ID_TAKEN;
import static dev.doorward.error.Reason.LAST_SIGN_IN_METHOD;

import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Conflict;
import dev.doorward.database.Database;
import dev.doorward.database.DuplicateKey;
import dev.doorward.database.Ids;
import dev.doorward.database.JsonRows;
import dev.doorward.database.Page;
import dev.doorward.error.Refusal;
import dev.doorward.event.Event;
import dev.doorward.event.EventType;
import dev.doorward.event.Events;
import dev.doorward.idempotency.Idempotency;
import dev.doorward.user.Users;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** By which ways users sign in. */
public final class Accounts {

  private final Database database;
  private final AccountMapper accounts;
  private final Users users;
  private final Idempotency idempotency;
  private final Events events;
  private final TokenSeal seal;

  public Accounts(
      Database database, Users users, Idempotency idempotency, Events events, TokenSeal seal) {
    this.database = database;
    this.accounts = database.mapper(AccountMapper.class);
    this.users = users;
    this.idempotency = idempotency;
    this.events = events;
    this.seal = seal;
  }

  public Account link(
      Origin origin, Optional<RequestId> request, String userId, NewAccount wanted) {
    return database.transaction(() -> {
      Optional<String> earlier = idempotency.claim(origin, request, wanted.id());
      if (earlier.isPresent()) {
        return accounts.selectById(earlier.get()).orElseThrow(Accounts::notFound);
      }
      users.lock(userId);
      return add(origin, userId, wanted);
    });
  }

  /** Links an account as part of a larger transaction. */
  Account add(Origin origin, String userId, NewAccount wanted) {
    try {
      Account account = accounts.insert(userId, seal.seal(wanted));
      events.record(origin, Event.ofAccount(EventType.ACCOUNT_LINKED, userId, account.id()));
      return account;
    } catch (DuplicateKey e) {
      throw switch (e.key()) {
        case "account_provider" -> linkedAlready(userId, wanted, e);
        case "PRIMARY" -> Refusal.because(ID_TAKEN, "another account has this id");
        default -> e;
      };
    }
  }

  /** Whose account it is, by its id and by what the provider calls it. */
  public record Known(String id, String userId, String provider, String providerAccountId) {}

  /** Those that have the id of one of these accounts, which are not none, or that their provider calls the same. */
  public List<Known> findKnown(List<ImportedAccount> wanted) {
    return database.read(() -> accounts.selectKnown(JsonRows.of(wanted, Accounts::names)));
  }

  /** The account as it is to be stored; refused if the server has no key for the provider's tokens. */
  public ImportedAccount seal(ImportedAccount wanted) {
    return new ImportedAccount(wanted.userId(), seal.seal(wanted.account()));
  }

  /**
   * Links accounts to users who are created in the same transaction, which has found that they are not here; it is run again
   * if somebody was faster.
   *
   * @param sealed not none
   */
  public void addAll(List<ImportedAccount> sealed) {
    try {
      accounts.insertAll(JsonRows.of(sealed, Accounts::columns));
    } catch (DuplicateKey e) {
      throw new Conflict(e);
    }
  }

  private static void names(JsonRows row, ImportedAccount wanted) {
    row.with("id", wanted.account().id())
        .with("provider", wanted.account().provider())
        .with("providerAccountId", wanted.account().providerAccountId());
  }

  private static void columns(JsonRows row, ImportedAccount wanted) {
    names(row, wanted);
    AccountChanges tokens = wanted.account().tokens();
    row.with("userId", wanted.userId())
        .with("type", wanted.account().type())
        .with("accessToken", tokens.accessToken().value())
        .with("refreshToken", tokens.refreshToken().value())
        .with("idToken", tokens.idToken().value())
        .with("accessTokenExpiresAt", tokens.accessTokenExpiresAt().value())
        .with("refreshTokenExpiresAt", tokens.refreshTokenExpiresAt().value())
        .with("scope", tokens.scope().value())
        .with("tokenType", tokens.tokenType().value())
        .with("sessionState", tokens.sessionState().value());
  }

  /** All of some users, who are not none. */
  public List<Account> ofUsers(Collection<String> userIds) {
    return database.read(() -> accounts.selectOfUsers(userIds));
  }

  public Account get(String id) {
    if (!Ids.canExist(id)) {
      throw notFound();
    }
    return database.read(() -> accounts.selectById(id)).orElseThrow(Accounts::notFound);
  }

  public Optional<Account> find(String provider, String providerAccountId) {
    return Ids.isPrintableAscii(provider)
        ? database.read(() -> accounts.selectByProvider(provider, providerAccountId))
        : Optional.empty();
  }

  public Account get(String provider, String providerAccountId) {
    return find(provider, providerAccountId).orElseThrow(Accounts::notFound);
  }

  /** With its tokens as the provider gave them. */
  public Account open(Account stored) {
    return seal.open(stored);
  }

  public Page<Account> list(String userId, Optional<Page.Position> after, int size) {
    if (!Ids.canExist(userId)) {
      return new Page<>(List.of(), Optional.empty());
    }
    List<Account> rows =
        database.read(() -> accounts.selectPage(userId, after.orElse(null), size + 1));
    return Page.cut(rows, size, account -> new Page.Position(account.createdAt(), account.id()));
  }

  public Account update(Origin origin, String id, AccountChanges changes) {
    if (!Ids.canExist(id)) {
      throw notFound();
    }
    return database.transaction(() -> replaceTokens(origin, id, changes));
  }

  /** Keeps what the provider has given anew, as part of a larger transaction. */
  Account replaceTokens(Origin origin, String id, AccountChanges changes) {
    boolean gone = !changes.none() && accounts.update(id, seal.seal(id, changes)) == 0;
    if (gone) {
      throw notFound();
    }
    Account account = accounts.selectById(id).orElseThrow(Accounts::notFound);
    if (!changes.none()) {
      events.record(origin, Event.ofAccount(EventType.ACCOUNT_UPDATED, account.userId(), id));
    }
    return account;
  }

  /** @param force whether the last way to sign in goes too */
  public void unlink(Origin origin, String id, boolean force) {
    Account account = get(id);
    database.transaction(() -> {
      // So that of the last two accounts, unlinked at once, one stays.
      users.lockAccounts(account.userId());
      if (!force && accounts.countOfUser(account.userId()) == 1) {
        requirePresent(id);
        throw Refusal.because(LAST_SIGN_IN_METHOD, "the account is the user's last way to sign in");
      }
      if (accounts.delete(id) == 0) {
        throw notFound();
      }
      events.record(origin, Event.ofAccount(EventType.ACCOUNT_UNLINKED, account.userId(), id));
      return null;
    });
  }

  /** Unlinks all accounts of a user, the one with their password too, as part of a larger transaction that holds their row. */
  public void removeAll(Origin origin, String userId) {
    if (accounts.deleteAll(userId) > 0) {
      events.record(origin, Event.ofUser(EventType.FORMER_ACCOUNTS_REMOVED, userId));
    }
  }

  /** Whether the account is still there, and stays until the transaction ends. */
  boolean lock(String id) {
    return accounts.lock(id) == 1;
  }

  private void requirePresent(String id) {
    if (accounts.selectById(id).isEmpty()) {
      throw notFound();
    }
  }

  private RuntimeException linkedAlready(String userId, NewAccount wanted, DuplicateKey duplicate) {
    return accounts
        .selectByProvider(wanted.provider(), wanted.providerAccountId())
        .<RuntimeException>map(existing -> existing.userId().equals(userId)
            ? Refusal.because(ACCOUNT_ALREADY_LINKED, "the account is linked to this user already")
            : Refusal.because(
                ACCOUNT_LINKED_TO_ANOTHER_USER, "the account is linked to another user"))
        .orElseGet(() -> new Conflict(duplicate)); // It was unlinked in between.
  }

  private static Refusal notFound() {
    return Refusal.because(ACCOUNT_NOT_FOUND, "there is no such account");
  }
}
