package dev.doorward.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.doorward.v1.AccountServiceGrpc.AccountServiceImplBase;
import dev.doorward.v1.CallerServiceGrpc.CallerServiceImplBase;
import dev.doorward.v1.EventServiceGrpc.EventServiceImplBase;
import dev.doorward.v1.PasswordServiceGrpc.PasswordServiceImplBase;
import dev.doorward.v1.SessionServiceGrpc.SessionServiceImplBase;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.UserServiceGrpc.UserServiceImplBase;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.health.v1.HealthGrpc.HealthImplBase;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever bytes come as a request, they are a message, or known to be none. */
@Timeout(60)
class MessagesFuzzTest {

  private static final List<MethodDescriptor<?, ?>> METHODS = Stream.<BindableService>of(
          new UserServiceImplBase() {},
          new SessionServiceImplBase() {},
          new AccountServiceImplBase() {},
          new PasswordServiceImplBase() {},
          new EventServiceImplBase() {},
          new CallerServiceImplBase() {},
          new HealthImplBase() {})
      .flatMap(service -> Parsing.nullIfMalformed(service.bindService()).getMethods().stream())
      .<MethodDescriptor<?, ?>>map(ServerMethodDefinition::getMethodDescriptor)
      .toList();

  @MethodSource("requests")
  @FuzzTest
  void bytesAreAMessageOrKnownToBeNone(int method, byte @NotNull [] bytes)
      throws InvalidProtocolBufferException {
    Message message = (Message) METHODS
        .get(Math.floorMod(method, METHODS.size()))
        .parseRequest(new ByteArrayInputStream(bytes));
    if (message == null) {
      return;
    }
    Message again = message.getParserForType().parseFrom(message.toByteArray());
    assertThat(again).isEqualTo(message);
    assertThat(Fingerprint.of(again)).isEqualTo(Fingerprint.of(message));
  }

  @MethodSource("signUps")
  @FuzzTest
  void aFingerprintTellsRequestsApartButNotTheirSecrets(
      @NotNull SignUpRequest one, @NotNull SignUpRequest other) {
    assertThat(Fingerprint.of(one)).isEqualTo(Fingerprint.of(withoutSecrets(one)));
    assertThat(java.util.Arrays.equals(Fingerprint.of(one), Fingerprint.of(other)))
        .isEqualTo(withoutSecrets(one).equals(withoutSecrets(other)));
  }

  private static SignUpRequest withoutSecrets(SignUpRequest request) {
    return request.toBuilder().clearPassword().clearRequestId().build();
  }

  static Stream<Arguments> requests() {
    byte[] text = {0x0a, 3, 'a', 'b', 'c'};
    byte[] noText = {0x0a, 2, (byte) 0xc3, 0x28};
    byte[] unknown = {(byte) 0xfa, 1, 1, 0, (byte) 0xfb, 1, (byte) 0xfc, 1};
    byte[] open = {0x0a, 0x7f, 1};
    return Stream.iterate(0, method -> method + 1)
        .limit(METHODS.size())
        .flatMap(method ->
            Stream.of(text, noText, unknown, open).map(bytes -> Arguments.of(method, bytes)));
  }

  static Stream<Arguments> signUps() {
    SignUpRequest plain = SignUpRequest.newBuilder()
        .setEmail("ada@example.com")
        .setPassword("correct horse")
        .setRequestId("1")
        .setRemember(false)
        .build();
    return Stream.of(
        Arguments.of(plain, plain.toBuilder().setPassword("another").build()),
        Arguments.of(plain, plain.toBuilder().clearRemember().build()));
  }
}
