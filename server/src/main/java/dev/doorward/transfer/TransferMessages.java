package dev.doorward.transfer;

import dev.doorward.account.Account;
import dev.doorward.account.AccountMessages;
import dev.doorward.transfer.UserDump.Entry;
import dev.doorward.user.UserMessages;
import dev.doorward.v1.ErrorReason;
import dev.doorward.v1.ImportUsersResult;
import dev.doorward.v1.PortableUser;

/** What moves from system to system, in messages. */
final class TransferMessages {

  private static final String REASON_PREFIX = "ERROR_REASON_";

  private TransferMessages() {}

  static ImportUsersResult toMessage(Imported imported) {
    ImportUsersResult.Builder message = ImportUsersResult.newBuilder();
    if (imported instanceof Imported.Created created) {
      message.setOutcome(ImportUsersResult.Outcome.OUTCOME_CREATED);
      created.userId().ifPresent(message::setUserId);
    } else if (imported instanceof Imported.Exists exists) {
      message.setOutcome(ImportUsersResult.Outcome.OUTCOME_EXISTS).setUserId(exists.userId());
    } else if (imported instanceof Imported.Refused refused) {
      message
          .setOutcome(ImportUsersResult.Outcome.OUTCOME_REFUSED)
          .setReason(ErrorReason.valueOf(REASON_PREFIX + refused.why().reason().name()))
          .setMessage(refused.why().getMessage());
    }
    return message.build();
  }

  /** Without what a provider gave in confidence, and without the password's hash. */
  static PortableUser toMessage(Entry entry) {
    PortableUser.Builder message =
        PortableUser.newBuilder().setUser(UserMessages.toMessage(entry.user()));
    for (Account account : entry.accounts()) {
      message.addAccounts(AccountMessages.toMessage(account));
    }
    return message.build();
  }

  /** With both; the tokens have been opened. */
  static PortableUser toFullMessage(Entry entry) {
    PortableUser.Builder message =
        PortableUser.newBuilder().setUser(UserMessages.toMessage(entry.user()));
    for (Account account : entry.accounts()) {
      message.addAccounts(AccountMessages.toFullMessage(account));
    }
    entry.passwordHash().ifPresent(message::setPasswordHash);
    return message.build();
  }
}
