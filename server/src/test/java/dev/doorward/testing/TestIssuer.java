package dev.doorward.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import java.util.function.Consumer;

/** An OpenID provider of the tests' own, which every {@link TestServer} believes. */
public final class TestIssuer {

  /** What accounts call it. */
  public static final String NAME = "tests";

  public static final String ISSUER = "https://issuer.example.com/tests";
  public static final String AUDIENCE = "shop";

  public static final RSAKey KEY = key("the-first");

  private static final String PROVIDERS_FILE = write();

  private TestIssuer() {}

  public static String providersFile() {
    return PROVIDERS_FILE;
  }

  /** A key pair that is nobody else's. */
  public static RSAKey key(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Claims of somebody new, good for five minutes from now. */
  public static JWTClaimsSet.Builder claims() {
    Instant now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .subject(UUID.randomUUID().toString())
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(300)));
  }

  /** @param change what is to be different */
  public static String token(Consumer<JWTClaimsSet.Builder> change) {
    JWTClaimsSet.Builder claims = claims();
    change.accept(claims);
    return sign(KEY, claims.build());
  }

  public static String sign(RSAKey key, JWTClaimsSet claims) {
    try {
      return sign(
          new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(),
          new RSASSASigner(key),
          claims);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String sign(JWSHeader header, JWSSigner signer, JWTClaimsSet claims) {
    try {
      SignedJWT token = new SignedJWT(header, claims);
      token.sign(signer);
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String write() {
    try {
      Path directory = Files.createTempDirectory("issuer");
      Path keys = Files.writeString(
          directory.resolve("keys.json"), new JWKSet(KEY).toPublicJWKSet().toString());
      Path providers = Files.writeString(
          directory.resolve("providers"),
          "%s %s %s %s%n".formatted(NAME, ISSUER, AUDIENCE, keys.toRealPath()));
      directory.toFile().deleteOnExit();
      keys.toFile().deleteOnExit();
      providers.toFile().deleteOnExit();
      return providers.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
