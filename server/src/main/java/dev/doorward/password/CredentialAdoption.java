package dev.doorward.password;

import dev.doorward.account.PasswordProvider;
import dev.doorward.database.Database;
import dev.doorward.database.DuplicateKey;
import dev.doorward.password.CredentialMapper.Stored;
import dev.doorward.password.foreign.ForeignHash;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;

/** Gives password accounts that another library has written the provider that they have here, while servers go on that know both. */
public final class CredentialAdoption {

  private static final int BATCH = 500;

  private final Database database;
  private final CredentialMapper credentials;
  private final PasswordProvider provider;
  private final BiConsumer<String, String> problems;

  /** @param problems gets the id of each account that does not fit, and why */
  public CredentialAdoption(
      Database database, PasswordProvider provider, BiConsumer<String, String> problems) {
    this.database = database;
    this.credentials = database.mapper(CredentialMapper.class);
    this.provider = provider;
    this.problems = problems;
  }

  /** Says how many accounts there are that fit. */
  public long rehearse() {
    return each(List::size);
  }

  /** Says how many accounts there were that fit. */
  public long run() {
    return each(accounts ->
        database.transaction(() -> (int) accounts.stream().filter(this::rename).count()));
  }

  private long each(ToIntFunction<List<Stored>> work) {
    if (provider.former().equals(provider.name())) {
      return 0;
    }
    return database
        .pages(last -> credentials.selectFormer(provider, last, BATCH), Stored::accountId)
        .mapToLong(page -> work.applyAsInt(page.stream().filter(this::fits).toList()))
        .sum();
  }

  private boolean fits(Stored account) {
    if (!account.found()) {
      problems.accept(account.accountId(), "the provider's account id is not the user's id");
    } else if (account.hash() == null) {
      problems.accept(account.accountId(), "it has no password");
    } else {
      try {
        ForeignHash.read(account.hash());
        return true;
      } catch (IllegalArgumentException e) {
        problems.accept(account.accountId(), "the password's hash: " + e.getMessage());
      }
    }
    return false;
  }

  private boolean rename(Stored account) {
    try {
      return credentials.rename(provider, account.accountId()) == 1;
    } catch (DuplicateKey e) {
      problems.accept(account.accountId(), "the user has another account with a password");
      return false;
    }
  }
}
