package dev.doorward.remote;

import dev.doorward.user.Email;
import dev.doorward.v1.Account;
import dev.doorward.v1.PortableUser;
import dev.doorward.v1.User;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** What no two users may both have. */
record UserKey(Kind kind, String first, String second) {

  enum Kind {
    ADDRESS,
    ID,
    PROVIDER_ACCOUNT,
    ACCOUNT_ID
  }

  /** All of a user that a server has taken, in the order in which it looks at them. */
  static List<UserKey> of(PortableUser portable) {
    User user = portable.getUser();
    List<UserKey> keys = new ArrayList<>();
    keys.add(new UserKey(Kind.ADDRESS, Email.parse(user.getEmail()).value(), ""));
    if (!user.getId().isEmpty()) {
      keys.add(new UserKey(Kind.ID, user.getId(), ""));
    }
    for (Account account : portable.getAccountsList()) {
      keys.add(new UserKey(
          Kind.PROVIDER_ACCOUNT, account.getProvider(), account.getProviderAccountId()));
      if (!account.getId().isEmpty()) {
        keys.add(new UserKey(Kind.ACCOUNT_ID, account.getId(), ""));
      }
    }
    return keys;
  }

  /** Equal keys have equal ones; others hardly ever, and nobody can make them. */
  long hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((byte) kind.ordinal());
      digest.update(first.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(second.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest.digest()).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
