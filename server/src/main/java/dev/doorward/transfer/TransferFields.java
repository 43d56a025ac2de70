package dev.doorward.transfer;

import dev.doorward.account.AccountFields;
import dev.doorward.account.NewAccount;
import dev.doorward.account.PasswordProvider;
import dev.doorward.password.foreign.ForeignHash;
import dev.doorward.rpc.Fields;
import dev.doorward.user.ImportedUser;
import dev.doorward.user.NewUser;
import dev.doorward.user.UserFields;
import dev.doorward.v1.User;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads users who move in from requests. */
final class TransferFields {

  private static final int MAX_ACCOUNTS = 32;
  private static final int MAX_REASON = 255;

  private TransferFields() {}

  /** @param passwordProvider the provider that is the server's own */
  static PortableUser read(
      Fields fields, dev.doorward.v1.PortableUser message, PasswordProvider passwordProvider) {
    User user = message.getUser();
    NewUser wanted = UserFields.create(fields, user);
    Instant createdAt = fields.time("user.created_at", user.hasCreatedAt(), user.getCreatedAt());
    Instant disabledAt =
        fields.time("user.disabled_at", user.hasDisabledAt(), user.getDisabledAt());
    Instant disabledUntil =
        fields.time("user.disabled_until", user.hasDisabledUntil(), user.getDisabledUntil());
    String disabledReason =
        fields.text("user.disabled_reason", user.getDisabledReason(), MAX_REASON);
    if (disabledAt == null && (disabledUntil != null || disabledReason != null)) {
      fields.violation(
          "user.disabled_at", "not set (expected: a moment, for the user is disabled)");
    }
    Optional<String> hash = message.getPasswordHash().isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(
            fields.secret("password_hash", message.getPasswordHash(), TransferFields::hash));
    List<NewAccount> accounts = accounts(fields, message, passwordProvider);
    return new PortableUser(
        new ImportedUser(wanted, createdAt, disabledAt, disabledReason, disabledUntil),
        !user.getId().isEmpty(),
        hash,
        accounts);
  }

  private static String hash(String text) {
    ForeignHash.read(text);
    return text;
  }

  private static List<NewAccount> accounts(
      Fields fields, dev.doorward.v1.PortableUser message, PasswordProvider passwordProvider) {
    if (message.getAccountsCount() > MAX_ACCOUNTS) {
      fields.violation(
          "accounts",
          message.getAccountsCount() + " accounts (expected: at most " + MAX_ACCOUNTS + ")");
      return List.of();
    }
    List<NewAccount> accounts = message.getAccountsList().stream()
        .map(account -> AccountFields.create(fields, account, passwordProvider))
        .toList();
    Set<List<String>> names = new HashSet<>();
    Set<String> ids = new HashSet<>();
    for (dev.doorward.v1.Account account : message.getAccountsList()) {
      boolean twice = !names.add(List.of(account.getProvider(), account.getProviderAccountId()))
          || !account.getId().isEmpty() && !ids.add(account.getId());
      if (twice) {
        fields.violation("accounts", "one account twice (expected: once)");
      }
    }
    return accounts;
  }
}
