package dev.doorward.account;

import dev.doorward.account.AccountSignIn.SignedIn;
import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Ids;
import dev.doorward.openid.IdTokens;
import dev.doorward.openid.Identity;
import dev.doorward.user.Email;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Signs in whoever a provider has authenticated, by an ID token of the provider's own. */
public final class IdTokenSignIn {

  private static final String TYPE = "oidc";
  private static final int MAX_NAME = 255;
  private static final int MAX_IMAGE = 2048;

  private final IdTokens tokens;
  private final AccountSignIn signIn;
  private final Executor judges;
  private final Executor workers;

  /**
   * @param judges which wait for a provider's keys, so that nobody else has to
   * @param workers which wait for the database
   */
  public IdTokenSignIn(IdTokens tokens, AccountSignIn signIn, Executor judges, Executor workers) {
    this.tokens = tokens;
    this.signIn = signIn;
    this.judges = judges;
    this.workers = workers;
  }

  /** Throws an {@link IllegalArgumentException} for a name that no provider has. */
  String requireProvider(String name) {
    return tokens.requireProvider(name);
  }

  CompletionStage<SignedIn> signIn(
      Origin origin,
      Optional<RequestId> request,
      String provider,
      String token,
      String nonce,
      boolean remember) {
    return CompletableFuture.supplyAsync(() -> tokens.verify(provider, token, nonce), judges)
        .thenApplyAsync(
            identity ->
                signIn.signIn(origin, request, account(identity), profile(identity), remember),
            workers);
  }

  private static NewAccount account(Identity identity) {
    return new NewAccount(
        Ids.generate(), TYPE, identity.provider(), identity.subject(), AccountChanges.NONE);
  }

  /** What a provider says that no user could have is left out: the token is no request of theirs. */
  private static ProviderProfile profile(Identity identity) {
    return new ProviderProfile(
        identity.email().flatMap(IdTokenSignIn::email),
        identity.emailVerified(),
        identity.name().flatMap(name -> ifFits(name, MAX_NAME)).orElse(null),
        identity.picture().flatMap(picture -> ifFits(picture, MAX_IMAGE)).orElse(null));
  }

  private static Optional<Email> email(String text) {
    try {
      return Optional.of(Email.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> ifFits(String text, int most) {
    boolean fits = text.codePointCount(0, text.length()) <= most
        && text.codePoints().noneMatch(Character::isISOControl);
    return fits ? Optional.of(text) : Optional.empty();
  }
}
