package dev.doorward.openid;

import static dev.doorward.error.Reason.ID_TOKEN_INVALID;
import static dev.doorward.error.Reason.PROVIDER_UNAVAILABLE;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.doorward.error.Refusal;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Judges ID tokens (OpenID Connect Core 1.0, 3.1.3.7): whether a provider has signed it, for us, for this sign-in, and not too
 * long ago. May wait for a provider's keys, for seconds.
 */
public final class IdTokens {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private static final int MAX_SUBJECT = 255;

  private final Map<String, Verifier> verifiers = new TreeMap<>();

  public IdTokens(List<OpenIdProvider> providers, Clock clock) {
    providers.forEach(provider -> verifiers.put(provider.name(), new Verifier(provider, clock)));
  }

  /** Throws an {@link IllegalArgumentException} for a name that no provider has. */
  public String requireProvider(String name) {
    if (!verifiers.containsKey(name)) {
      throw new IllegalArgumentException(
          "expected: one of the server's account.openid-providers-file");
    }
    return name;
  }

  /**
   * Who has signed in at the provider, by its own word.
   *
   * @param provider the name of one that there is
   * @param nonce what the caller gave the provider for this sign-in; empty if it gave none
   */
  public Identity verify(String provider, String token, String nonce) {
    try {
      JWTClaimsSet claims = verifiers.get(provider).verify(token);
      // A token that carries one was made for somebody who looks.
      String carried = Optional.ofNullable(claims.getStringClaim("nonce")).orElse("");
      if (!carried.equals(nonce)) {
        throw invalid("it is not of this sign-in (expected: the nonce that was sent)");
      }
      return identity(provider, claims);
    } catch (RateLimitReachedException e) {
      throw invalid("it is signed with a key that the provider did not have a moment ago");
    } catch (JOSEException e) {
      throw Refusal.forNow(
          PROVIDER_UNAVAILABLE, "the provider's keys can't be had", RETRY_AFTER, e);
    } catch (BadJOSEException e) {
      throw invalid(e.getMessage());
    } catch (ParseException e) {
      throw invalid("it is no signed token");
    }
  }

  private static Identity identity(String provider, JWTClaimsSet claims) throws ParseException {
    String subject = claims.getSubject();
    if (subject.isEmpty() || subject.length() > MAX_SUBJECT) {
      throw invalid("its subject has " + subject.length() + " characters (expected: 1 to 255)");
    }
    return new Identity(
        provider,
        subject,
        text(claims, "email"),
        isTrue(claims.getClaim("email_verified")),
        text(claims, "name"),
        text(claims, "picture"));
  }

  private static Optional<String> text(JWTClaimsSet claims, String name) {
    return claims.getClaim(name) instanceof String text && !text.isBlank()
        ? Optional.of(text)
        : Optional.empty();
  }

  /** Some providers say it as a text. */
  private static boolean isTrue(Object claim) {
    return Boolean.TRUE.equals(claim) || "true".equals(claim);
  }

  private static Refusal invalid(String why) {
    return Refusal.because(ID_TOKEN_INVALID, "the ID token is refused: " + why);
  }
}
