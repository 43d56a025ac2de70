package dev.doorward.transfer;

import dev.doorward.account.Account;
import dev.doorward.account.Accounts;
import dev.doorward.database.Page;
import dev.doorward.password.Credentials;
import dev.doorward.user.User;
import dev.doorward.user.UserFilter;
import dev.doorward.user.Users;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** All users with their ways to sign in, page by page. */
final class UserDump {

  private static final int AT_ONCE = 100;
  private static final UserFilter ALL = new UserFilter(null, null, null, null);

  private final Users users;
  private final Accounts accounts;
  private final Credentials credentials;

  /** A user with their providers' accounts, and the hash of their password if they have one and it was asked for. */
  record Entry(User user, List<Account> accounts, Optional<String> passwordHash) {

    Page.Position position() {
      return new Page.Position(user.createdAt(), user.id());
    }

    /** Without what others gave in confidence. */
    @Override
    public String toString() {
      return "Entry[id=" + user.id() + "]";
    }
  }

  UserDump(Users users, Accounts accounts, Credentials credentials) {
    this.users = users;
    this.accounts = accounts;
    this.credentials = credentials;
  }

  /**
   * The next users after that position.
   *
   * @param secrets whether with the passwords' hashes and with the providers' tokens as they gave them
   */
  Page<Entry> read(Optional<Page.Position> after, boolean secrets) {
    Page<User> page = users.list(ALL, after, AT_ONCE);
    List<String> ids = page.items().stream().map(User::id).toList();
    if (ids.isEmpty()) {
      return new Page<>(List.of(), Optional.empty());
    }
    Map<String, List<Account>> accountsOfUser = accounts.ofUsers(ids).stream()
        .filter(account -> !credentials.provider().isCalled(account.provider()))
        .map(account -> secrets ? accounts.open(account) : account)
        .collect(Collectors.groupingBy(Account::userId));
    Map<String, String> hashes = secrets ? credentials.ofUsers(ids) : Map.of();
    List<Entry> entries = page.items().stream()
        .map(user -> new Entry(
            user,
            accountsOfUser.getOrDefault(user.id(), List.of()),
            Optional.ofNullable(hashes.get(user.id()))))
        .toList();
    return new Page<>(entries, page.next());
  }
}
