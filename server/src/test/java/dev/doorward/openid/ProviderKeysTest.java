package dev.doorward.openid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpServer;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.testing.TestIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a provider's keys come from, and what happens while they don't. */
class ProviderKeysTest {

  private static final String NO_NONCE = "";

  private final AtomicReference<String> published = new AtomicReference<>(keys(TestIssuer.KEY));
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer provider;

  @BeforeEach
  void start() throws IOException {
    provider = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    provider.createContext("/keys", exchange -> {
      asked.incrementAndGet();
      byte[] body = published.get().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    provider.start();
  }

  @AfterEach
  void stop() {
    provider.stop(0);
  }

  @Test
  void keysAreAskedForOnceAndThenRemembered() {
    IdTokens tokens = tokens(address());

    for (int i = 0; i < 10; i++) {
      assertThat(verify(tokens, TestIssuer.KEY).provider()).isEqualTo(TestIssuer.NAME);
    }

    assertThat(asked).hasValue(1);
  }

  @Test
  void aKeyThatIsNewIsFoundByAskingOnceMore() {
    IdTokens tokens = tokens(address());
    verify(tokens, TestIssuer.KEY);
    RSAKey next = TestIssuer.key("the-next");
    published.set(keys(TestIssuer.KEY, next));

    verify(tokens, next);
    verify(tokens, TestIssuer.KEY);

    assertThat(asked).hasValue(2);
  }

  @Test
  void madeUpKeysDoNotFloodTheProvider() {
    IdTokens tokens = tokens(address());
    verify(tokens, TestIssuer.KEY);

    for (int i = 0; i < 50; i++) {
      RSAKey unknown = TestIssuer.KEY;
      JWTClaimsSet claims = TestIssuer.claims().build();
      String token =
          TestIssuer.sign(new RSAKey.Builder(unknown).keyID("made-up-" + i).build(), claims);
      assertRefused(Reason.ID_TOKEN_INVALID, tokens, token);
    }

    assertThat(asked.get()).isLessThanOrEqualTo(3);
    verify(tokens, TestIssuer.KEY);
  }

  @Test
  void withoutKeysNothingIsJudged() {
    provider.stop(0);
    IdTokens tokens = tokens(address());

    Refusal refusal = assertRefused(
        Reason.PROVIDER_UNAVAILABLE,
        tokens,
        TestIssuer.sign(TestIssuer.KEY, TestIssuer.claims().build()));

    assertThat(refusal.retryAfter()).isPresent();
  }

  @Test
  void keysThatAreKnownOutliveTheirProvider() {
    IdTokens tokens = tokens(address());
    verify(tokens, TestIssuer.KEY);
    provider.stop(0);

    assertThat(verify(tokens, TestIssuer.KEY).provider()).isEqualTo(TestIssuer.NAME);
  }

  @Test
  void aProviderThatDoesNotAnswerIsGivenUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      IdTokens tokens = tokens("http://127.0.0.1:" + silent.getLocalPort() + "/keys");

      assertRefused(
          Reason.PROVIDER_UNAVAILABLE,
          tokens,
          TestIssuer.sign(TestIssuer.KEY, TestIssuer.claims().build()));
    }
  }

  @Test
  void keysWithoutEndAreGivenUp() {
    published.set(keys(TestIssuer.KEY) + " ".repeat(1 << 20));

    assertRefused(
        Reason.PROVIDER_UNAVAILABLE,
        tokens(address()),
        TestIssuer.sign(TestIssuer.KEY, TestIssuer.claims().build()));
  }

  @Test
  void aFileIsReadAgainForAKeyThatIsNew(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("keys.json"), keys(TestIssuer.KEY));
    IdTokens tokens = tokens(file.toString());
    verify(tokens, TestIssuer.KEY);
    RSAKey next = TestIssuer.key("the-next");
    Files.writeString(file, keys(next));

    verify(tokens, next);
  }

  @Test
  void aFileOfProvidersSaysWhatIsWrongWithIt(@TempDir Path directory) throws IOException {
    Path keys = Files.writeString(directory.resolve("keys.json"), keys(TestIssuer.KEY));

    assertThat(OpenIdProviders.parse(List.of("# none", "", "a i x,y " + keys)))
        .singleElement()
        .satisfies(one -> assertThat(one.audiences()).containsExactly("x", "y"));
    assertWrong("line 1: 3 words (expected: ", "a i x");
    assertWrong("line 1: A (expected: a lower-case word", "A i x " + keys);
    assertWrong("line 1: , (expected: audiences", "a i , " + keys);
    assertWrong(
        "line 1: http://example.com/k (expected: a file that can be read, or an address with https)",
        "a i x http://example.com/k");
    assertWrong("line 1: ftp://example.com/k (expected: ", "a i x ftp://example.com/k");
    assertWrong("line 1: /nowhere/k (expected: a file that can be read", "a i x /nowhere/k");
    assertWrong(
        "line 2: a (expected: each name and each issuer once)", "a i x " + keys, "a j x " + keys);
    assertWrong(
        "line 2: b (expected: each name and each issuer once)", "a i x " + keys, "b i x " + keys);
  }

  private static void assertWrong(String message, String... lines) {
    assertThatThrownBy(() -> OpenIdProviders.parse(List.of(lines)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  private static Refusal assertRefused(Reason reason, IdTokens tokens, String token) {
    Refusal refusal =
        catchThrowableOfType(Refusal.class, () -> tokens.verify(TestIssuer.NAME, token, NO_NONCE));
    assertThat(refusal.reason()).isEqualTo(reason);
    return refusal;
  }

  private static Identity verify(IdTokens tokens, RSAKey key) {
    String token = TestIssuer.sign(key, TestIssuer.claims().build());
    return tokens.verify(TestIssuer.NAME, token, NO_NONCE);
  }

  private static IdTokens tokens(String keys) {
    String line = String.join(" ", TestIssuer.NAME, TestIssuer.ISSUER, TestIssuer.AUDIENCE, keys);
    return new IdTokens(OpenIdProviders.parse(List.of(line)), Clock.systemUTC());
  }

  private String address() {
    return "http://127.0.0.1:" + provider.getAddress().getPort() + "/keys";
  }

  private static String keys(RSAKey... keys) {
    return new JWKSet(List.of(keys)).toPublicJWKSet().toString();
  }
}
