package dev.doorward.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.doorward.v1.ErrorReason;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a client is given to call with, or is told when it is refused, is what it is taken for. */
@Timeout(60)
class ClientFuzzTest {

  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  @MethodSource("details")
  @FuzzTest
  void theDetailsOfARefusalHoldAReasonOrNone(byte @NotNull [] details) {
    Metadata trailers = new Metadata();
    trailers.put(DETAILS, details);

    Optional<ErrorReason> reason =
        DoorwardErrors.reasonOf(new StatusRuntimeException(io.grpc.Status.NOT_FOUND, trailers));

    reason.ifPresent(found -> assertThat(new String(details, ISO_8859_1)).contains("doorward.dev"));
  }

  @ValueSource(
      strings = {
        "localhost:50051",
        "dns:///127.0.0.1:1",
        "[::1]:50051",
        "127.0.0.1.example.com:1",
        "localhost@example.com:1",
        "localhost:1/example.com",
        "dns://8.8.8.8/localhost:1",
        "unix:localhost",
        "localhost:99999",
        "127.1:1",
        "LOCALHOST:1",
        "127.999.0.1:1",
        "localhost:1#@x",
        "[::9999999999.1.1.1]:1"
      })
  @FuzzTest
  void whatIsTakenForThisMachineIsWhatGrpcTakesForIt(@NotNull String target) {
    if (!Loopback.isTarget(target)) {
      return;
    }
    ManagedChannel channel;
    try {
      channel = NettyChannelBuilder.forTarget(target).usePlaintext().build();
    } catch (IllegalArgumentException e) {
      return; // It is no target at all.
    }
    try {
      assertThat(channel.authority())
          .matches("(localhost|127(\\.\\d{1,3}){3}|\\[(::1|0:0:0:0:0:0:0:1)])(:\\d*)?");
    } finally {
      channel.shutdownNow();
    }
  }

  @ValueSource(strings = {"localhost:50051", "localhost", "x:../../1", "a:12345\n", ":1", ""})
  @FuzzTest
  void aDevelopmentKeyIsLookedForInItsDirectory(@NotNull String target) {
    assertThat(DevelopmentKey.of(target, Path.of("/state")).toString())
        .matches("the key in /state/doorward/development-\\d{0,5}\\.key");
  }

  @MethodSource("keys")
  @FuzzTest
  void aFileHoldsAKeyOrTheCallIsNotMade(byte @NotNull [] bytes) throws IOException {
    Path file = Files.createTempFile("key", "");
    try {
      Files.write(file, bytes);
      assertThat(KeySource.file(file).key().orElseThrow()).matches("dwk(dev)?_[0-9A-Za-z_]{1,200}");
    } catch (IllegalStateException e) {
      assertThat(e.getMessage()).startsWith("key file: ");
    } finally {
      Files.delete(file);
    }
  }

  @ValueSource(strings = {"dwk_0123456789abcdef_x", "dwkdev_1_2", "dwk_", "", "dwk_a b", "DWK_1"})
  @FuzzTest
  void aKeyIsRefusedWithoutBeingShown(@NotNull String key) {
    try {
      assertThat(KeySource.fixed(key).key()).contains(key);
      assertThat(key).matches("dwk(dev)?_[0-9A-Za-z_]+");
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessage("key: (expected: a key that begins with dwk_)");
    }
  }

  @ValueSource(strings = {"Bearer dws_1", "bEaReR  x ", "Bearer", "Bearer ", "Basic YTpi", ""})
  @FuzzTest
  void aHeaderHoldsATokenOrNone(@NotNull String header) {
    if (!header.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
      return; // No header has it.
    }
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, header);

    SessionInterceptor.token(headers).ifPresent(token -> {
      assertThat(header).startsWithIgnoringCase("bearer ").contains(token);
      assertThat(token).isEqualTo(token.strip());
    });
  }

  static Stream<byte[]> details() {
    ErrorInfo info = ErrorInfo.newBuilder()
        .setReason("SESSION_NOT_FOUND")
        .setDomain("doorward.dev")
        .build();
    Status status = Status.newBuilder().setCode(5).addDetails(Any.pack(info)).build();
    Any broken = Any.newBuilder()
        .setTypeUrl("type.googleapis.com/google.rpc.ErrorInfo")
        .setValue(ByteString.copyFromUtf8("broken"))
        .build();
    return Stream.of(
        status.toByteArray(),
        status.toBuilder().setCode(3).addDetails(broken).build().toByteArray(),
        status.toBuilder()
            .setDetails(0, Any.pack(info.toBuilder().setReason("NEW").build()))
            .build()
            .toByteArray(),
        new byte[] {1, 2, 3},
        new byte[0]);
  }

  static Stream<byte[]> keys() {
    return Stream.of("dwk_0123456789abcdef_x\n", "dwk_", "dwkdev_1_2 dwk_3", "\u00e4", "")
        .map(text -> text.getBytes(ISO_8859_1));
  }
}
