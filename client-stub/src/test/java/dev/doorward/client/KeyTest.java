package dev.doorward.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.doorward.testing.Await;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ErrorReason;
import dev.doorward.v1.ListUsersRequest;
import dev.doorward.v1.UserServiceGrpc;
import io.grpc.Attributes;
import io.grpc.CallCredentials;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the server learns who calls. */
@ExtendWith(DoorwardExtension.class)
class KeyTest {

  /** Nobody has it. */
  private static final String STRANGE = "dwk_0000000000000000_" + "0".repeat(43) + "000000";

  private final TestServer server;

  @TempDir
  private Path directory;

  KeyTest(TestServer server) {
    this.server = server;
  }

  @Test
  void withoutAKeyTheServerKnowsNobody() {
    try (DoorwardClient client = builder().build()) {
      assertUnauthenticated(client);
    }
  }

  @Test
  void aKeyThatIsReplacedInItsFileIsUsed() throws IOException {
    Path file = directory.resolve("caller.key");
    Files.writeString(file, STRANGE + "\n");
    try (DoorwardClient client = builder().keyFile(file).build()) {
      assertUnauthenticated(client);

      Files.writeString(file, server.key() + "\n");

      Await.until(Duration.ofSeconds(20), "the new key is used", () -> isKnown(client));
    }
  }

  @Test
  void aFileThatVanishesEndsTheCallsAndNotTheClient() throws IOException {
    Path file = directory.resolve("caller.key");
    Files.writeString(file, server.key());
    try (DoorwardClient client = builder().keyFile(file).build()) {
      assertThat(isKnown(client)).isTrue();
      Files.delete(file);
      Await.until(Duration.ofSeconds(20), "the file is missed", () -> !isKnown(client));

      Files.writeString(file, server.key());

      Await.until(Duration.ofSeconds(20), "the file is read again", () -> isKnown(client));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "secret", "dwk_", "dwk_secret\nx", " dwk_secret", "Bearer dwk_secret"})
  void whatIsNoKeyIsRefusedAndNotShown(String key) throws IOException {
    Path file = directory.resolve("caller.key");
    Files.writeString(file, key.strip() + " secret");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().key(key))
        .withMessage("key: (expected: a key that begins with dwk_)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().keyFile(file))
        .withMessage("key file: " + file + " (expected: one key, that begins with dwk_)");
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    Path nowhere = directory.resolve("nowhere");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().keyFile(nowhere))
        .withMessage("key file: " + nowhere + " does not exist");
  }

  @Test
  void nothingShowsTheKey() {
    DoorwardClient.Builder builder = builder().key(server.key());
    try (DoorwardClient client = builder.build()) {
      assertThat(builder + " " + client + " " + client.channel() + " "
              + new KeyCredentials(KeySource.fixed(server.key())))
          .doesNotContain(server.key());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, 127.0.0.1, true",
    "NONE, ::1, true",
    "NONE, 192.0.2.1, false",
    "INTEGRITY, 192.0.2.1, false",
    "PRIVACY_AND_INTEGRITY, 192.0.2.1, true"
  })
  void theKeyIsSentOverTlsOrToThisMachine(SecurityLevel level, String peer, boolean sent) {
    Outcome outcome = new Outcome();

    new KeyCredentials(KeySource.fixed(server.key()))
        .applyRequestMetadata(new Call(level, peer), Runnable::run, outcome);

    assertThat(outcome.headers != null).isEqualTo(sent);
    assertThat(outcome.failure != null).isEqualTo(!sent);
    if (sent) {
      assertThat(outcome.headers.get(
              Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)))
          .isEqualTo("Bearer " + server.key());
    } else {
      assertThat(outcome.failure.toString()).doesNotContain(server.key());
    }
  }

  @Test
  void aDevelopmentServersKeyIsFoundByItsPort() throws IOException {
    Path left = directory.resolve("doorward/development-50051.key");
    Files.createDirectories(left.getParent());
    Files.writeString(left, STRANGE);

    assertThat(DevelopmentKey.of("localhost:50051", directory).key()).contains(STRANGE);
    assertThat(DevelopmentKey.of("dns:///localhost:50051", directory).key()).contains(STRANGE);
    assertThat(DevelopmentKey.of("localhost:50052", directory).key()).isEmpty();
    assertThat(DevelopmentKey.of("localhost", directory).key()).isEmpty();
  }

  private DoorwardClient.Builder builder() {
    return DoorwardClient.builder("localhost:" + server.port()).plaintext();
  }

  private static boolean isKnown(DoorwardClient client) {
    try {
      client.users().listUsers(ListUsersRequest.getDefaultInstance());
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private static void assertUnauthenticated(DoorwardClient client) {
    StatusRuntimeException refusal = catchThrowableOfType(
        StatusRuntimeException.class,
        () -> client.users().listUsers(ListUsersRequest.getDefaultInstance()));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(DoorwardErrors.reasonOf(refusal))
        .contains(ErrorReason.ERROR_REASON_CALLER_UNAUTHENTICATED);
  }

  /** A call that is about to be made. */
  private static final class Call extends CallCredentials.RequestInfo {
    private final SecurityLevel level;
    private final Attributes transport;

    private Call(SecurityLevel level, String peer) {
      this.level = level;
      this.transport = Attributes.newBuilder()
          .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, new InetSocketAddress(peer, 50051))
          .build();
    }

    @Override
    public MethodDescriptor<?, ?> getMethodDescriptor() {
      return UserServiceGrpc.getListUsersMethod();
    }

    @Override
    public SecurityLevel getSecurityLevel() {
      return level;
    }

    @Override
    public String getAuthority() {
      return "localhost";
    }

    @Override
    public Attributes getTransportAttrs() {
      return transport;
    }
  }

  private static final class Outcome extends CallCredentials.MetadataApplier {
    private Metadata headers;
    private Status failure;

    @Override
    public void apply(Metadata applied) {
      headers = applied;
    }

    @Override
    public void fail(Status status) {
      failure = status;
    }
  }
}
