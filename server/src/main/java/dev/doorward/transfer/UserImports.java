package dev.doorward.transfer;

import static dev.doorward.error.Reason.ACCOUNT_LINKED_TO_ANOTHER_USER;
import static dev.doorward.error.Reason.EMAIL_TAKEN;
import static dev.doorward.error.Reason.ID_TAKEN;

import dev.doorward.account.Accounts;
import dev.doorward.account.ImportedAccount;
import dev.doorward.account.PasswordProvider;
import dev.doorward.call.Origin;
import dev.doorward.database.Database;
import dev.doorward.error.Refusal;
import dev.doorward.password.Credentials;
import dev.doorward.user.ImportedUser;
import dev.doorward.user.Users;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Brings in users of another system, some hundreds by a handful of statements. */
final class UserImports {

  private final Database database;
  private final Users users;
  private final Accounts accounts;
  private final Credentials credentials;

  UserImports(Database database, Users users, Accounts accounts, Credentials credentials) {
    this.database = database;
    this.users = users;
    this.accounts = accounts;
    this.credentials = credentials;
  }

  /** What the accounts with a password have as their provider. */
  PasswordProvider passwordProvider() {
    return credentials.provider();
  }

  /**
   * Brings in whoever can be, and says in the same order what came of each.
   *
   * @param wanted not none
   */
  List<Imported> bringIn(Origin origin, List<PortableUser> wanted) {
    return database.transaction(() -> {
      Sifting sifting = sift(wanted);
      // In one order for all, so that two imports of the same users wait for each other and don't
      // deadlock.
      sifting.users.sort(Comparator.comparing(each -> each.user().email().value()));
      sifting.accounts.sort(
          Comparator.comparing((ImportedAccount each) -> each.account().provider())
              .thenComparing(each -> each.account().providerAccountId()));
      if (!sifting.users.isEmpty()) {
        users.addAll(origin, sifting.users);
      }
      if (!sifting.accounts.isEmpty()) {
        accounts.addAll(sifting.accounts);
      }
      if (!sifting.hashes.isEmpty()) {
        credentials.addAll(sifting.hashes);
      }
      return sifting.outcomes;
    });
  }

  /** The same, but that it changes nothing. */
  List<Imported> rehearse(List<PortableUser> wanted) {
    List<Imported> outcomes = database.read(() -> sift(wanted).outcomes);
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcomes.get(i) instanceof Imported.Created && !wanted.get(i).hasId()) {
        outcomes.set(i, new Imported.Created(Optional.empty()));
      }
    }
    return outcomes;
  }

  private Sifting sift(List<PortableUser> wanted) {
    Set<String> ids = wanted.stream().map(PortableUser::id).collect(Collectors.toSet());
    Set<String> emails = wanted.stream().map(PortableUser::email).collect(Collectors.toSet());
    List<ImportedAccount> linked = wanted.stream()
        .flatMap(user ->
            user.accounts().stream().map(account -> new ImportedAccount(user.id(), account)))
        .toList();
    Sifting sifting = new Sifting();
    if (!linked.isEmpty()) {
      accounts.findKnown(linked).forEach(sifting::isHere);
    }
    // After the accounts: whose account another import has brought in just now is here too.
    users.findKnown(ids, emails).forEach(sifting::isHere);
    wanted.forEach(sifting::judge);
    return sifting;
  }

  /** Who of those that are wanted can be brought in, in view of who is here and of those before them. */
  private final class Sifting {

    private final Map<String, String> emailsById = new HashMap<>();
    private final Map<String, String> idsByEmail = new HashMap<>();
    private final Map<String, String> accountIds = new HashMap<>();
    private final Map<List<String>, String> accountNames = new HashMap<>();

    private final List<Imported> outcomes = new ArrayList<>();
    private final List<ImportedUser> users = new ArrayList<>();
    private final List<ImportedAccount> accounts = new ArrayList<>();
    private final Map<String, String> hashes = new LinkedHashMap<>();

    private void isHere(Users.Known user) {
      emailsById.put(user.id(), user.email());
      idsByEmail.put(user.email(), user.id());
    }

    private void isHere(Accounts.Known account) {
      accountIds.put(account.id(), account.userId());
      accountNames.put(List.of(account.provider(), account.providerAccountId()), account.userId());
    }

    private void judge(PortableUser user) {
      String holder = idsByEmail.get(user.email());
      if (holder != null && (!user.hasId() || holder.equals(user.id()))) {
        outcomes.add(new Imported.Exists(holder));
        return;
      }
      try {
        requireFree(user);
        take(user);
        outcomes.add(new Imported.Created(Optional.of(user.id())));
      } catch (Refusal e) {
        outcomes.add(new Imported.Refused(e));
      }
    }

    private void requireFree(PortableUser user) {
      if (idsByEmail.containsKey(user.email())) {
        throw Refusal.because(EMAIL_TAKEN, "a user with another id has this address");
      }
      if (emailsById.containsKey(user.id())) {
        throw Refusal.because(ID_TAKEN, "a user with another address has this id");
      }
      user.accounts().forEach(account -> {
        if (accountNames.containsKey(List.of(account.provider(), account.providerAccountId()))) {
          throw Refusal.because(
              ACCOUNT_LINKED_TO_ANOTHER_USER,
              "an account with " + account.provider() + " is linked to another user");
        }
        if (accountIds.containsKey(account.id())) {
          throw Refusal.because(ID_TAKEN, "another account has the id of one of the accounts");
        }
      });
    }

    private void take(PortableUser user) {
      List<ImportedAccount> sealed = user.accounts().stream()
          .map(account -> UserImports.this.accounts.seal(new ImportedAccount(user.id(), account)))
          .toList();
      isHere(new Users.Known(user.id(), user.email()));
      sealed.stream()
          .map(ImportedAccount::account)
          .forEach(account -> isHere(new Accounts.Known(
              account.id(), user.id(), account.provider(), account.providerAccountId())));
      users.add(user.imported());
      accounts.addAll(sealed);
      user.passwordHash().ifPresent(hash -> hashes.put(user.id(), hash));
    }
  }
}
