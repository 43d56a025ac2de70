package dev.doorward.account;

import dev.doorward.config.Settings;
import java.util.Optional;

/**
 * What the accounts with a password have as their provider.
 *
 * @param former what those have that were made before it was this one; the same if there are none
 */
public record PasswordProvider(String name, String former) {

  public boolean isCalled(String provider) {
    return provider.equals(name) || provider.equals(former);
  }

  public static PasswordProvider read(Settings settings) {
    String name = settings.text(
        "password.provider",
        "emailAndPassword",
        "the provider of password accounts: credential for a database that Better Auth shares");
    Optional<String> former = settings.optional(
        "password.former-provider",
        "the provider of password accounts that were made before it was password.provider, until `adopt` has run",
        text -> text);
    return new PasswordProvider(name, former.orElse(name));
  }
}
