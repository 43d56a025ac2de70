package dev.doorward.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.Config;
import dev.doorward.Doorward;
import dev.doorward.call.Role;
import dev.doorward.config.Settings;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateCallerKeyResponse;
import dev.doorward.v1.RevokeCallerKeyRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every method that a server has against everybody who might call it. Each call brings bytes that are no message: whoever is
 * let in is told so, and whoever is not, is not, for nobody has looked at them.
 */
class AccessMatrixTest {

  private static final String REVIEWED = "/caller/access-matrix.txt";
  private static final byte[] NO_MESSAGE = {(byte) 0xff, (byte) 0xff, (byte) 0xff};
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(TestMariaDb.shared(), "server.reflection", "true");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void everyMethodAnswersWhomTheReviewedMatrixLetsIn() throws IOException {
    String matrix = matrix();
    System.out.println(matrix);

    assertThat(matrix).isEqualTo(reviewed());
  }

  @Test
  void theOneDevelopmentKeyDoesEverythingOnItsServerAndNoOtherDoes() throws IOException {
    CallerKey key = CallerKey.generateForDevelopment();
    Config config = Config.read(new Settings(TestServer.settings(TestMariaDb.shared())));
    try (Doorward development = Doorward.startForDevelopment(config, key)) {
      ManagedChannel channel = NettyChannelBuilder.forAddress(
              "127.0.0.1", development.address().getPort())
          .usePlaintext()
          .build();
      try {
        for (MethodDescriptor<byte[], byte[]> method : methods()) {
          if (method.getFullMethodName().startsWith("doorward.")) {
            assertThat(answer(with(channel, "Bearer " + key.reveal()), method))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(answer(
                    with(channel, "Bearer " + CallerKey.generateForDevelopment().reveal()), method))
                .isEqualTo(Status.Code.UNAUTHENTICATED);
          }
        }
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void withoutTheSettingThereIsNoReflection() {
    try (TestServer production = TestServer.start(TestMariaDb.shared())) {
      MethodDescriptor<byte[], byte[]> reflection = methods().stream()
          .filter(method -> method.getFullMethodName().contains("reflection.v1."))
          .findFirst()
          .orElseThrow();

      assertThat(answer(production.channel(), reflection)).isEqualTo(Status.Code.UNIMPLEMENTED);
    }
  }

  private static String matrix() {
    Map<String, Channel> callers = callers();
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("method", callers.keySet()));
    for (MethodDescriptor<byte[], byte[]> method : methods()) {
      List<String> cells = callers.values().stream()
          .map(channel -> cell(answer(channel, method)))
          .toList();
      rows.add(row(method.getFullMethodName(), cells));
    }
    return "+ is let in; 401 and 403 stand for UNAUTHENTICATED and PERMISSION_DENIED.\n\n"
        + rows.stream().map(row -> line(row, rows)).collect(Collectors.joining());
  }

  private static List<String> row(String method, Collection<String> cells) {
    List<String> row = new ArrayList<>(List.of(method));
    row.addAll(cells);
    return row;
  }

  /** In columns as wide as what is widest in them. */
  private static String line(List<String> row, List<List<String>> all) {
    return IntStream.range(0, row.size())
            .mapToObj(column -> {
              int width = all.stream()
                  .mapToInt(other -> other.get(column).length())
                  .max()
                  .orElseThrow();
              return row.get(column) + " ".repeat(width - row.get(column).length() + 2);
            })
            .collect(Collectors.joining())
            .stripTrailing()
        + "\n";
  }

  private static Map<String, Channel> callers() {
    CreateCallerKeyResponse expired = server.given().callerKey(dev.doorward.v1.Role.ROLE_ADMIN);
    server
        .rows()
        .change(
            "UPDATE caller_key SET expires = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE id = ?",
            expired.getCallerKey().getId());
    CreateCallerKeyResponse revoked = server.given().callerKey(dev.doorward.v1.Role.ROLE_ADMIN);
    server
        .callers()
        .revokeCallerKey(RevokeCallerKeyRequest.newBuilder()
            .setKeyId(revoked.getCallerKey().getId())
            .build());
    String good = server.key();

    Map<String, Channel> callers = new LinkedHashMap<>();
    callers.put("nobody", server.channelWithoutKey());
    callers.put("basic", server.channelWith("Basic " + good));
    callers.put("malformed", server.channelWith("Bearer dwk_"));
    callers.put("checksum", server.channelWith("Bearer " + withOtherEnd(good)));
    callers.put("unknown", server.channelWith("Bearer " + CallerKey.generate().reveal()));
    callers.put("expired", server.channelWith("Bearer " + expired.getKey()));
    callers.put("revoked", server.channelWith("Bearer " + revoked.getKey()));
    callers.put(
        "development",
        server.channelWith("Bearer " + CallerKey.generateForDevelopment().reveal()));
    for (Role role : Role.values()) {
      String key =
          server.given().callerKey(dev.doorward.v1.Role.valueOf("ROLE_" + role)).getKey();
      callers.put(role.name().toLowerCase(Locale.ROOT), server.channelWith("Bearer " + key));
    }
    return callers;
  }

  private static String withOtherEnd(String key) {
    char last = key.charAt(key.length() - 1);
    return key.substring(0, key.length() - 1) + (last == 'a' ? 'b' : 'a');
  }

  /** All that the server has registered, by its own word. */
  private static List<MethodDescriptor<byte[], byte[]>> methods() {
    Map<String, MethodDescriptor<byte[], byte[]>> methods = new TreeMap<>();
    server
        .services()
        .forEach(service -> service
            .getMethods()
            .forEach(method -> methods.put(method.getFullMethodName(), raw(method))));
    assertThat(methods)
        .containsKey(HealthGrpc.getWatchMethod().getFullMethodName())
        .containsKey(ServerReflectionGrpc.getServerReflectionInfoMethod().getFullMethodName());
    return new ArrayList<>(methods.values());
  }

  private static MethodDescriptor<byte[], byte[]> raw(MethodDescriptor<?, ?> method) {
    return method.toBuilder(new Bytes(), new Bytes()).build();
  }

  private static Status.Code answer(Channel channel, MethodDescriptor<byte[], byte[]> method) {
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS);
    try {
      if (method.getType() == MethodType.UNARY) {
        ClientCalls.blockingUnaryCall(channel, method, options, NO_MESSAGE);
      } else {
        // Whatever a method streams, one message and the end of them is what a call may bring.
        ClientCalls.blockingServerStreamingCall(
                channel,
                method.toBuilder().setType(MethodType.SERVER_STREAMING).build(),
                options,
                NO_MESSAGE)
            .forEachRemaining(message -> {});
      }
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private static String cell(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT -> "+";
      case UNAUTHENTICATED -> "401";
      case PERMISSION_DENIED -> "403";
      default -> code.name();
    };
  }

  private static Channel with(Channel channel, String authorization) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, authorization);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static String reviewed() throws IOException {
    try (InputStream in = AccessMatrixTest.class.getResourceAsStream(REVIEWED)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] bytes) {
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public byte[] parse(InputStream in) {
      try {
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
