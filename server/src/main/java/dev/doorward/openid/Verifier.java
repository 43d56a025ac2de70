package dev.doorward.openid;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.MalformedURLException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Set;

/** Judges the ID tokens of one provider. */
final class Verifier {

  /** Signatures by a key pair alone: with a shared secret, whoever checks a token could have made it (RFC 8725, 3.1). */
  private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
      JWSAlgorithm.RS256,
      JWSAlgorithm.RS384,
      JWSAlgorithm.RS512,
      JWSAlgorithm.PS256,
      JWSAlgorithm.PS384,
      JWSAlgorithm.PS512,
      JWSAlgorithm.ES256,
      JWSAlgorithm.ES384,
      JWSAlgorithm.ES512);

  private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

  /** How long a provider's keys are used without a look at them. */
  private static final Duration KEYS_LIFETIME = Duration.ofMinutes(15);

  /** How much longer, if they can't be had. */
  private static final Duration KEYS_WITHOUT_PROVIDER = Duration.ofHours(4);

  /** Between two looks for keys that nobody knows, which anybody can cause. */
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration READ = Duration.ofSeconds(2);
  private static final Duration ALL_OF_A_LOOK = Duration.ofSeconds(5);
  private static final int MAX_KEYS_BYTES = 256 << 10;

  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  Verifier(OpenIdProvider provider, Clock clock) {
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys(provider)));
    processor.setJWTClaimsSetVerifier(new Claims(provider, clock));
  }

  JWTClaimsSet verify(String token) throws ParseException, BadJOSEException, JOSEException {
    return processor.process(token, null);
  }

  private static JWKSource<SecurityContext> keys(OpenIdProvider provider) {
    return source(provider)
        .cache(KEYS_LIFETIME.toMillis(), ALL_OF_A_LOOK.toMillis())
        .rateLimited(BETWEEN_LOOKS.toMillis())
        .refreshAheadCache(false)
        .outageTolerant(KEYS_WITHOUT_PROVIDER.toMillis())
        .build();
  }

  private static JWKSourceBuilder<SecurityContext> source(OpenIdProvider provider) {
    if (provider.hasKeysInFile()) {
      return JWKSourceBuilder.create(new KeyFile(Path.of(provider.keys())));
    }
    try {
      return JWKSourceBuilder.create(
          provider.keys().toURL(),
          new DefaultResourceRetriever(
              (int) CONNECT.toMillis(), (int) READ.toMillis(), MAX_KEYS_BYTES));
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** For us, by the provider, and in time. */
  private static final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {

    private final Set<String> audiences;
    private final Clock clock;

    private Claims(OpenIdProvider provider, Clock clock) {
      super(
          provider.audiences(),
          new JWTClaimsSet.Builder().issuer(provider.issuer()).build(),
          Set.of("sub", "iat", "exp"),
          null);
      this.audiences = provider.audiences();
      this.clock = clock;
      setMaxClockSkew((int) CLOCK_SKEW.toSeconds());
    }

    @Override
    public void verify(JWTClaimsSet claims, SecurityContext context) throws BadJWTException {
      super.verify(claims, context);
      Object party = claims.getClaim("azp");
      if (party != null && !audiences.contains(party)) {
        throw new BadJWTException("JWT authorized party is not one of ours");
      }
      List<String> others = claims.getAudience();
      if (others.size() > 1 && party == null) {
        throw new BadJWTException("JWT of several audiences names no authorized party");
      }
      Date latest = Date.from(clock.instant().plus(CLOCK_SKEW));
      if (claims.getIssueTime().after(latest)) {
        throw new BadJWTException("JWT issued in the future");
      }
    }

    @Override
    protected Date currentTime() {
      return Date.from(clock.instant());
    }
  }
}
