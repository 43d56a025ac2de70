package dev.doorward.account;

import static dev.doorward.testing.Given.freeEmail;
import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestIssuer;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.SignInWithIdTokenRequest;
import dev.doorward.v1.SignInWithIdTokenResponse;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(DoorwardExtension.class)
class SignInWithIdTokenTest {

  private final TestServer server;

  SignInWithIdTokenTest(TestServer server) {
    this.server = server;
  }

  @Test
  void somebodyNewIsCreatedLinkedAndSignedIn() {
    String email = freeEmail();
    JWTClaimsSet claims = TestIssuer.claims()
        .claim("email", email)
        .claim("email_verified", true)
        .claim("name", "Ada")
        .claim("picture", "https://a/b")
        .build();

    SignInWithIdTokenResponse answer = signIn(TestIssuer.sign(TestIssuer.KEY, claims));

    User user = answer.getUser();
    assertThat(answer.getUserCreated()).isTrue();
    assertThat(user.getEmail()).isEqualTo(email);
    assertThat(user.getEmailVerified()).isTrue();
    assertThat(user.getName()).isEqualTo("Ada");
    assertThat(user.getImage()).isEqualTo("https://a/b");
    assertThat(answer.getAccount().getType()).isEqualTo("oidc");
    assertThat(answer.getAccount().getProvider()).isEqualTo(TestIssuer.NAME);
    assertThat(answer.getAccount().getProviderAccountId()).isEqualTo(claims.getSubject());
    assertThat(holderOf(answer)).isEqualTo(user);
  }

  @Test
  void aSubjectIsOnePersonWhateverElseTheTokenSays() {
    SignInWithIdTokenResponse first =
        signIn(TestIssuer.token(claims -> claims.subject("ada-1").claim("email", freeEmail())));
    SignInWithIdTokenResponse other =
        signIn(TestIssuer.token(claims -> claims.subject("ADA-1").claim("email", freeEmail())));

    SignInWithIdTokenResponse again =
        signIn(TestIssuer.token(claims -> claims.subject("ada-1").claim("email", freeEmail())));

    assertThat(again.getUser()).isEqualTo(first.getUser());
    assertThat(again.getUserCreated()).isFalse();
    assertThat(other.getUser()).isNotEqualTo(first.getUser());
  }

  @Test
  void somebodyNewNeedsAnAddress() {
    assertInvalid(() -> signIn(TestIssuer.token(claims -> {})), "profile.email");
    assertInvalid(
        () -> signIn(TestIssuer.token(claims -> claims.claim("email", "no address"))),
        "profile.email");
  }

  @Test
  void aLocalUserIsLinkedOnlyWithProofOfTheMailboxOnBothSides() {
    User verified = server.given().verifiedUser();
    User unverified = server.given().user();

    assertRefused(
        Status.Code.FAILED_PRECONDITION,
        Reason.PROVIDER_EMAIL_UNVERIFIED,
        () -> signIn(tokenOf(verified, false)));
    assertRefused(
        Status.Code.FAILED_PRECONDITION,
        Reason.LOCAL_EMAIL_UNVERIFIED,
        () -> signIn(tokenOf(unverified, true)));
    assertThat(signIn(tokenOf(verified, true)).getUser()).isEqualTo(verified);
    assertThat(server.rows().count("account WHERE userId = ?", unverified.getId()))
        .isZero();
  }

  @Test
  void theNonceIsTheOneThatWasSent() {
    String bound =
        TestIssuer.token(claims -> claims.claim("nonce", "n-1").claim("email", freeEmail()));
    String unbound = TestIssuer.token(claims -> claims.claim("email", freeEmail()));

    assertNotBelieved(request(bound).setNonce("n-2"));
    assertNotBelieved(request(bound));
    assertNotBelieved(request(unbound).setNonce("n-1"));
    assertThat(signIn(request(bound).setNonce("n-1")).getUserCreated()).isTrue();
  }

  @Test
  void aClockMayBeAMinuteWrong() {
    Instant now = Instant.now();
    assertThat(signIn(TestIssuer.token(claims ->
                claims.expirationTime(Date.from(now.minusSeconds(30))).claim("email", freeEmail())))
            .getUserCreated())
        .isTrue();
    assertThat(signIn(TestIssuer.token(claims ->
                claims.issueTime(Date.from(now.plusSeconds(30))).claim("email", freeEmail())))
            .getUserCreated())
        .isTrue();
  }

  @Test
  void severalAudiencesNeedOneOfOursAsTheParty() {
    List<String> both = List.of(TestIssuer.AUDIENCE, "another");

    assertNotBelieved(
        request(TestIssuer.token(claims -> claims.audience(both).claim("email", freeEmail()))));
    assertNotBelieved(request(TestIssuer.token(
        claims -> claims.audience(both).claim("azp", "another").claim("email", freeEmail()))));
    assertThat(signIn(TestIssuer.token(claims -> claims
                .audience(both)
                .claim("azp", TestIssuer.AUDIENCE)
                .claim("email", freeEmail())))
            .getUserCreated())
        .isTrue();
  }

  /** What is tried, and the token that tries it, of the claims of somebody whom it would sign in. */
  static Stream<Arguments> forgeries() {
    Instant now = Instant.now();
    return Stream.of(
        attack("another issuer", claims -> sign(claims.issuer("https://evil.example.com"))),
        attack(
            "an issuer that only begins so",
            claims -> sign(claims.issuer(TestIssuer.ISSUER + "/"))),
        attack("another audience", claims -> sign(claims.audience("another shop"))),
        attack("no audience", claims -> sign(claims.audience(List.of()))),
        attack("another party", claims -> sign(claims.claim("azp", "another shop"))),
        attack("over", claims -> sign(claims.expirationTime(Date.from(now.minusSeconds(90))))),
        attack("for ever", claims -> sign(claims.expirationTime(null))),
        attack(
            "issued in the future",
            claims -> sign(claims.issueTime(Date.from(now.plusSeconds(90))))),
        attack("not yet", claims -> sign(claims.notBeforeTime(Date.from(now.plusSeconds(90))))),
        attack("nobody", claims -> sign(claims.subject(null))),
        attack("an empty subject", claims -> sign(claims.subject(""))),
        attack("a subject without end", claims -> sign(claims.subject("s".repeat(256)))),
        attack("unsigned", claims -> new PlainJWT(claims.build()).serialize()),
        attack("signed with the public key as a secret", SignInWithIdTokenTest::signWithPublicKey),
        attack(
            "another's key", claims -> TestIssuer.sign(TestIssuer.key("unknown"), claims.build())),
        attack(
            "another's key under the provider's id",
            claims -> TestIssuer.sign(TestIssuer.key(TestIssuer.KEY.getKeyID()), claims.build())),
        attack("the key in the token itself", SignInWithIdTokenTest::signWithKeyInside),
        attack("no ID token by its type", SignInWithIdTokenTest::signAccessToken),
        attack("changed after it was signed", SignInWithIdTokenTest::change),
        attack("without its signature", claims -> withoutSignature(sign(claims))),
        attack("encrypted", SignInWithIdTokenTest::encrypt),
        attack("garbage", claims -> "garbage"),
        attack("three parts of nothing", claims -> ".."),
        attack("nothing but dots", claims -> "....."));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forgeries")
  void aTokenIsNotBelievedThatIs(String what, Function<JWTClaimsSet.Builder, String> forge) {
    String email = freeEmail();

    assertNotBelieved(request(forge.apply(TestIssuer.claims().claim("email", email))));

    assertThat(server.rows().count("user WHERE email = ?", email)).isZero();
  }

  @Test
  void fieldsAreChecked() {
    String token = TestIssuer.token(claims -> {});

    assertInvalid(() -> signIn(SignInWithIdTokenRequest.newBuilder()), "provider", "id_token");
    assertInvalid(() -> signIn(request(token).setProvider("nobody")), "provider");
    assertInvalid(() -> signIn(request("t".repeat((16 << 10) + 1))), "id_token");
    assertInvalid(() -> signIn(request(token).setNonce("n".repeat(256))), "nonce");
    assertInvalid(() -> signIn(request(token).setRequestId("1")), "request_id");
  }

  private void assertNotBelieved(SignInWithIdTokenRequest.Builder request) {
    assertRefused(Status.Code.INVALID_ARGUMENT, Reason.ID_TOKEN_INVALID, () -> signIn(request));
  }

  private SignInWithIdTokenResponse signIn(String token) {
    return signIn(request(token));
  }

  private SignInWithIdTokenResponse signIn(SignInWithIdTokenRequest.Builder request) {
    return server.accounts().signInWithIdToken(request.build());
  }

  private static SignInWithIdTokenRequest.Builder request(String token) {
    return SignInWithIdTokenRequest.newBuilder().setProvider(TestIssuer.NAME).setIdToken(token);
  }

  private User holderOf(SignInWithIdTokenResponse answer) {
    return server
        .sessions()
        .validateSession(ValidateSessionRequest.newBuilder()
            .setSessionToken(answer.getSession().getSessionToken())
            .build())
        .getUser();
  }

  private static String tokenOf(User user, boolean verified) {
    return TestIssuer.token(
        claims -> claims.claim("email", user.getEmail()).claim("email_verified", verified));
  }

  private static Arguments attack(String what, Function<JWTClaimsSet.Builder, String> forge) {
    return Arguments.of(what, forge);
  }

  private static String sign(JWTClaimsSet.Builder claims) {
    return TestIssuer.sign(TestIssuer.KEY, claims.build());
  }

  private static String signWithPublicKey(JWTClaimsSet.Builder claims) {
    try {
      byte[] publicKey = TestIssuer.KEY.toPublicKey().getEncoded();
      return TestIssuer.sign(
          new JWSHeader.Builder(JWSAlgorithm.HS256)
              .keyID(TestIssuer.KEY.getKeyID())
              .build(),
          new MACSigner(publicKey),
          claims.build());
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String signWithKeyInside(JWTClaimsSet.Builder claims) {
    try {
      var own = TestIssuer.key("own");
      return TestIssuer.sign(
          new JWSHeader.Builder(JWSAlgorithm.RS256).jwk(own.toPublicJWK()).build(),
          new RSASSASigner(own),
          claims.build());
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String signAccessToken(JWTClaimsSet.Builder claims) {
    try {
      return TestIssuer.sign(
          new JWSHeader.Builder(JWSAlgorithm.RS256)
              .keyID(TestIssuer.KEY.getKeyID())
              .type(new JOSEObjectType("at+jwt"))
              .build(),
          new RSASSASigner(TestIssuer.KEY),
          claims.build());
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String change(JWTClaimsSet.Builder claims) {
    String[] parts = sign(claims).split("\\.");
    String body = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
    String changed = body.replaceFirst("\"sub\":\"[^\"]*\"", "\"sub\":\"somebody else\"");
    assertThat(changed).isNotEqualTo(body);
    parts[1] = Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(changed.getBytes(StandardCharsets.UTF_8));
    return String.join(".", parts);
  }

  private static String withoutSignature(String token) {
    return String.join(".", Arrays.copyOf(token.split("\\."), 2)) + ".";
  }

  private static String encrypt(JWTClaimsSet.Builder claims) {
    try {
      EncryptedJWT token = new EncryptedJWT(
          new JWEHeader(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A128GCM), claims.build());
      token.encrypt(new RSAEncrypter(TestIssuer.KEY));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
