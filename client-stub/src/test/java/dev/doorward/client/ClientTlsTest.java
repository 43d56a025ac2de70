package dev.doorward.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.doorward.development.Certificates;
import dev.doorward.development.Certificates.Issued;
import dev.doorward.testing.Await;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ListUsersRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whom the client believes, and how it proves who it is. */
@Timeout(120)
class ClientTlsTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int DAYS = 90;

  @TempDir
  static Path directory;

  private static Certificates ours;
  private static Certificates theirs;
  private static Issued caller;
  private static Issued unknown;
  private static Issued ambiguous;
  private static Issued stranger;
  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    ours = Certificates.in(directory.resolve("ours"));
    theirs = Certificates.in(directory.resolve("theirs"));
    Issued identity = ours.issue("server", "dns:localhost", DAYS);
    caller = ours.issue("caller", "dns:shop.example.com", DAYS);
    unknown = ours.issue("unknown", "dns:elsewhere.example.com", DAYS);
    ambiguous = ours.issue("ambiguous", "dns:shop.example.com,dns:elsewhere.example.com", DAYS);
    stranger = theirs.issue("caller", "dns:shop.example.com", DAYS);
    server = TestServer.start(
        TestMariaDb.shared(),
        "server.tls-certificate",
        identity.certificate().toString(),
        "server.tls-key",
        identity.key().toString(),
        "server.tls-client-ca",
        ours.authority().toString());
    server
        .rows()
        .change(
            "INSERT INTO caller (id, name, roles, certificateName) VALUES (?, ?, 'DIRECTORY', ?)",
            "shop",
            "shop",
            "shop.example.com");
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
    ours.close();
    theirs.close();
  }

  @Test
  void aServerOfATrustedAuthorityIsCalled() {
    assertThat(codeOf(builder().authorities(ours.authority()).key(server.key()).build()))
        .isEqualTo(Status.Code.OK);
    assertThat(codeOf(builder().authorities(ours.authority()).build()))
        .isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void aServerOfAnyOtherIsNot() {
    assertThat(codeOf(builder().build())).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(codeOf(builder().authorities(theirs.authority()).build()))
        .isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(codeOf(DoorwardClient.builder("127.0.0.1:" + server.port())
            .authorities(ours.authority())
            .build()))
        .isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void aCertificateProvesTheCaller() {
    assertThat(codeOf(trusting(caller).build())).isEqualTo(Status.Code.OK);
    assertThat(codeOf(trusting(unknown).build())).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(codeOf(trusting(ambiguous).build())).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(codeOf(trusting(stranger).build())).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void filesThatChangeAreReadAgain() throws IOException {
    Path authorities = Files.copy(theirs.authority(), directory.resolve("authorities.pem"));
    Path certificate = Files.copy(stranger.certificate(), directory.resolve("own.pem"));
    Path key = Files.copy(stranger.key(), directory.resolve("own-key.pem"));
    try (DoorwardClient client =
        builder().authorities(authorities).certificate(certificate, key).build(new Hurried())) {
      assertThat(code(client)).isEqualTo(Status.Code.UNAVAILABLE);

      Files.copy(ours.authority(), authorities, StandardCopyOption.REPLACE_EXISTING);
      Files.copy(caller.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
      Files.copy(caller.key(), key, StandardCopyOption.REPLACE_EXISTING);

      Await.until(LIMIT, "the new files are used", () -> code(client) == Status.Code.OK);
    }
  }

  @Test
  void filesThatCanNotBeUsedAreNamed() {
    Path nowhere = directory.resolve("nowhere.pem");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().authorities(nowhere).build())
        .withMessageContaining(nowhere.toString());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().certificate(caller.certificate(), nowhere).build())
        .withMessageContaining(nowhere.toString());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().plaintext().authorities(ours.authority()).build())
        .withMessageContaining("plaintext");
  }

  private static DoorwardClient.Builder trusting(Issued identity) {
    return builder()
        .authorities(ours.authority())
        .certificate(identity.certificate(), identity.key());
  }

  private static DoorwardClient.Builder builder() {
    return DoorwardClient.builder("localhost:" + server.port()).deadline(Duration.ofSeconds(20));
  }

  private static Status.Code codeOf(DoorwardClient client) {
    try (client) {
      return code(client);
    }
  }

  private static Status.Code code(DoorwardClient client) {
    StatusRuntimeException refused = catchThrowableOfType(
        StatusRuntimeException.class,
        () -> client
            .users()
            .listUsers(ListUsersRequest.newBuilder().setPageSize(1).build()));
    return refused == null ? Status.Code.OK : refused.getStatus().getCode();
  }

  /** Whose minute is a moment. */
  private static final class Hurried extends ScheduledThreadPoolExecutor {
    Hurried() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
        Runnable work, long first, long delay, TimeUnit unit) {
      return super.scheduleWithFixedDelay(work, 50, 50, TimeUnit.MILLISECONDS);
    }
  }
}
