package dev.doorward.transfer;

import dev.doorward.account.NewAccount;
import dev.doorward.user.ImportedUser;
import java.util.List;
import java.util.Optional;

/**
 * A user as they move in from another system.
 *
 * @param hasId whether the other system has given them their id
 * @param passwordHash in the other system's notation
 */
record PortableUser(
    ImportedUser imported,
    boolean hasId,
    Optional<String> passwordHash,
    List<NewAccount> accounts) {

  String id() {
    return imported.user().id();
  }

  String email() {
    return imported.user().email().value();
  }

  /** Without what others gave in confidence. */
  @Override
  public String toString() {
    return "PortableUser[id=" + id() + "]";
  }
}
