package dev.doorward.account;

import dev.doorward.config.Settings;
import dev.doorward.config.Values;
import dev.doorward.openid.OpenIdProvider;
import dev.doorward.openid.OpenIdProviders;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** When a sign-in links to an existing user, whose ID tokens sign in, and how what providers give is kept. */
public record AccountConfig(
    boolean linking,
    Set<String> trustedProviders,
    List<OpenIdProvider> openIdProviders,
    TokensAtRest tokensAtRest,
    Optional<Path> tokenKeysFile) {

  public static AccountConfig read(Settings settings) {
    return new AccountConfig(
        settings.flag("account.linking", true, "whether a sign-in may link to an existing user"),
        Set.copyOf(settings.list(
            "account.trusted-providers",
            List.of(),
            "providers whose word for an address is taken, verified or not")),
        settings.parsed(
            "account.openid-providers-file",
            "",
            "a file with a line for each OpenID provider whose ID tokens sign in: its name, its issuer, the"
                + " audiences between commas, and the file or the address of its keys",
            OpenIdProviders::read),
        settings.choice(
            "account.tokens-at-rest",
            TokensAtRest.ENCRYPTED,
            "encrypted, or plain for a database that a live Better Auth shares"),
        settings.optional(
            "account.token-keys-file",
            "a file with the keys that providers' tokens are encrypted under, the one for new ones first",
            Values::file));
  }
}
