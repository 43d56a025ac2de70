package dev.doorward.session;

import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorward.config.InvalidSettings;
import dev.doorward.error.Reason;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.BatchValidateSessionsRequest;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Status;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Cookies of a Better Auth, in place of tokens. The real one makes them in examples/better-auth. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BetterAuthCookiesTest {

  private static final String SECRET = "the secret of today, with a ☃ in it";
  private static final String FORMER = "the secret of yesterday, kept for a while";

  private TestServer server;

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    Path file =
        secretFile(directory.resolve("secret"), "rw-------", SECRET + "\n\n" + FORMER + "\n");
    server =
        TestServer.start(TestMariaDb.shared(), "session.better-auth-secret-file", file.toString());
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void aSignedCookieIsAsGoodAsItsToken() {
    String token = token();

    for (String cookie : List.of(
        token,
        cookie(token, SECRET),
        encoded(cookie(token, SECRET)),
        cookie(token, FORMER),
        encoded(cookie(token, FORMER)))) {
      assertThat(validate(cookie)).isEqualTo(validate(token));
      assertThat(server
              .sessions()
              .batchValidateSessions(BatchValidateSessionsRequest.newBuilder()
                  .addSessionTokens(cookie)
                  .build())
              .getResults(0)
              .getValid()
              .getSession()
              .getId())
          .isEqualTo(validate(token));
    }
  }

  @Test
  void aCookieEndsItsSession() {
    String token = token();

    server
        .sessions()
        .revokeSession(RevokeSessionRequest.newBuilder()
            .setSessionToken(encoded(cookie(token, SECRET)))
            .build());

    assertUnknown(token);
    assertUnknown(cookie(token, SECRET));
  }

  @Test
  void aCookieThatWasNotSignedSoIsNone() {
    String token = token();
    String cookie = cookie(token, SECRET);
    String signature = cookie.substring(token.length() + 1);

    for (String forged : List.of(
        cookie(token, "another secret"),
        token + "." + signature.toLowerCase(java.util.Locale.ROOT),
        token + "." + signature.substring(0, 43),
        token + "." + signature.substring(1),
        token + "." + "A".repeat(43) + "=",
        token + ".",
        "." + signature,
        token() + "." + signature,
        token + ".." + signature,
        token + "%2E%ZZ" + signature,
        "%" + cookie,
        cookie + "%")) {
      assertUnknown(forged);
    }
  }

  @Test
  void withoutTheSecretNoCookieIsKnown() {
    String token = token();
    try (TestServer other = TestServer.start(TestMariaDb.shared())) {
      assertThat(other
              .sessions()
              .validateSession(
                  ValidateSessionRequest.newBuilder().setSessionToken(token).build())
              .hasSession())
          .isTrue();
      assertRefused(
          Status.Code.NOT_FOUND,
          Reason.SESSION_NOT_FOUND,
          () -> other
              .sessions()
              .validateSession(ValidateSessionRequest.newBuilder()
                  .setSessionToken(cookie(token, SECRET))
                  .build()));
    }
  }

  @Test
  void aSecretThatOthersCanReadOrThatIsNoneKeepsTheServerFromStarting(@TempDir Path directory)
      throws IOException {
    Path readable = secretFile(directory.resolve("readable"), "rw-r--r--", SECRET);
    Path empty = secretFile(directory.resolve("empty"), "rw-------", "\n");

    for (Path file : List.of(readable, empty, directory.resolve("missing"))) {
      assertThatThrownBy(() -> BetterAuthCookies.from(Optional.of(file)))
          .isInstanceOf(InvalidSettings.class)
          .hasMessageContaining("session.better-auth-secret-file")
          .hasMessageNotContaining(SECRET);
    }
  }

  private static Path secretFile(Path file, String permissions, String text) throws IOException {
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private String token() {
    return server
        .sessions()
        .createSession(CreateSessionRequest.newBuilder()
            .setUserId(server.given().user().getId())
            .build())
        .getSession()
        .getSessionToken();
  }

  private String validate(String token) {
    return server
        .sessions()
        .validateSession(
            ValidateSessionRequest.newBuilder().setSessionToken(token).build())
        .getSession()
        .getId();
  }

  private void assertUnknown(String token) {
    assertRefused(Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND, () -> validate(token));
  }

  private static String cookie(String token, String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] signature = mac.doFinal(token.getBytes(StandardCharsets.UTF_8));
      return token + "." + Base64.getEncoder().encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String cookie) {
    return URLEncoder.encode(cookie, StandardCharsets.UTF_8);
  }
}
