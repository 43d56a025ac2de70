package dev.doorward.client;

import static dev.doorward.v1.SessionServiceGrpc.getValidateSessionMethod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.doorward.testing.Await;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.User;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service of somebody's own, on the network's own threads, which any waiting would hold up. */
@ExtendWith(DoorwardExtension.class)
@Timeout(120)
class SessionInterceptorTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final TestServer doorward;
  private final FlakyServer between;
  private final DoorwardClient client;
  private final AtomicInteger requestsRead = new AtomicInteger();
  private final AtomicInteger callsBegun = new AtomicInteger();
  private final List<ServerCall<?, ?>> callsCome = new CopyOnWriteArrayList<>();
  private final MethodDescriptor<String, String> whoAmI = method("whoAmI", MethodType.UNARY);
  private final MethodDescriptor<String, String> echo = method("echo", MethodType.BIDI_STREAMING);
  private final MethodDescriptor<String, String> broken = method("broken", MethodType.UNARY);
  private final Server service;
  private final ManagedChannel channel;

  SessionInterceptorTest(TestServer doorward) throws IOException {
    this.doorward = doorward;
    this.between = new FlakyServer(doorward);
    this.client =
        DoorwardClient.builder(between.target()).plaintext().deadline(LIMIT).build();
    this.service = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
        .directExecutor()
        .addService(ServerInterceptors.interceptForward(
            service(), new Door(), new SessionInterceptor(client.validator())))
        .build()
        .start();
    this.channel = NettyChannelBuilder.forAddress("127.0.0.1", service.getPort())
        .usePlaintext()
        .build();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    service.shutdownNow();
    client.close();
    between.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer %s", "bearer %s", "BEARER  %s "})
  void theServiceKnowsWhoCalls(String header) {
    User user = doorward.given().user();
    Session session = doorward.given().session(user);

    String asked = call(whoAmI, header.formatted(session.getSessionToken()));
    String remembered = call(whoAmI, header.formatted(session.getSessionToken()));

    assertThat(asked).isEqualTo(user.getEmail() + " " + session.getId());
    assertThat(remembered).isEqualTo(asked);
  }

  @Test
  void outsideACallThereIsNoSession() {
    assertThatIllegalStateException().isThrownBy(SessionInterceptor::session);
    assertThatIllegalStateException().isThrownBy(SessionInterceptor::user);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer nobody-has-this", "token"})
  void whoBringsNoTokenOfASessionIsUnauthenticated(String header) {
    assertRefused(Status.Code.UNAUTHENTICATED, header);
  }

  @Test
  void whoBringsNoHeaderIsUnauthenticated() {
    assertThat(statusOf(
            () -> ClientCalls.blockingUnaryCall(channel, whoAmI, CallOptions.DEFAULT, "who am I?")))
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(callsBegun).hasValue(0);
  }

  @Test
  void whoBringsARevokedTokenIsUnauthenticated() {
    Session session = doorward.given().session();
    assertThat(call(whoAmI, bearer(session))).isNotEmpty();
    int before = callsBegun.get();

    doorward
        .sessions()
        .revokeSession(
            RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build());

    Await.until(
        LIMIT,
        "it is refused",
        () -> client.validator().validate(session.getSessionToken()).isEmpty());
    int begun = callsBegun.get();
    assertThat(begun).isEqualTo(before);
    assertThat(statusOf(() -> call(whoAmI, bearer(session))))
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(callsBegun).hasValue(begun);
  }

  @Test
  void whileNobodyCanTellCallsAreUnavailable() {
    Session session = doorward.given().session();
    between.close();

    assertRefused(Status.Code.UNAVAILABLE, bearer(session));
  }

  @Test
  void whileOneTokenIsAskedAboutNoThreadWaits() {
    Session known = doorward.given().session();
    assertThat(call(whoAmI, bearer(known))).isNotEmpty();
    awaitMemory(known);
    between.holdAnswers(getValidateSessionMethod());

    var asked = ClientCalls.futureUnaryCall(
        newCall(whoAmI, bearer(doorward.given().session())), "who am I?");
    Await.until(
        LIMIT, "it is asked about", () -> between.attempts(getValidateSessionMethod()) >= 2);

    // On the same connection, and thus by the same thread.
    assertThat(call(whoAmI, bearer(known))).isNotEmpty();
    assertThat(asked).isNotDone();
    between.release();
    assertThat(get(asked)).isNotEmpty();
  }

  @Test
  void whatAStreamSendsWhileItsTokenIsAskedAboutIsNotLost() {
    Session session = doorward.given().session();
    between.holdAnswers(getValidateSessionMethod());
    List<String> answers = new CopyOnWriteArrayList<>();
    StreamObserver<String> requests =
        ClientCalls.asyncBidiStreamingCall(newCall(echo, bearer(session)), noteIn(answers));
    requests.onNext("a");
    requests.onNext("b");
    between.awaitAnswer(getValidateSessionMethod());
    assertThat(callsBegun).hasValue(0);

    between.release();
    requests.onNext("c");
    requests.onCompleted();

    Await.until(LIMIT, "all is echoed", () -> answers.size() == 4);
    assertThat(answers).containsExactly("a", "b", "c", "completed");
  }

  @Test
  void aCallThatIsCancelledWhileItsTokenIsAskedAboutNeverBegins() {
    Session session = doorward.given().session();
    between.holdAnswers(getValidateSessionMethod());
    ClientCall<String, String> call = newCall(whoAmI, bearer(session));
    ClientCalls.futureUnaryCall(call, "who am I?");
    between.awaitAnswer(getValidateSessionMethod());

    call.cancel("nobody waits any more", null);
    Await.until(LIMIT, "the service's end hears of it", () -> callsCome.get(0).isCancelled());
    between.release();

    awaitMemory(session);
    assertThat(callsBegun).hasValue(0);
    assertThat(call(whoAmI, bearer(session))).isNotEmpty();
  }

  @Test
  void aServiceThatThrowsIsAnsweredForWhetherItsTokenWasKnownOrNot() {
    Session session = doorward.given().session();

    assertThat(statusOf(() -> call(broken, bearer(session)))).isEqualTo(Status.Code.UNKNOWN);
    awaitMemory(session);
    assertThat(statusOf(() -> call(broken, bearer(session)))).isEqualTo(Status.Code.UNKNOWN);
    assertThat(callsBegun).hasValue(2);
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("Own")
        .addMethod(whoAmI, counted(ServerCalls.asyncUnaryCall((request, observer) -> {
          observer.onNext(SessionInterceptor.user().getEmail() + " "
              + SessionInterceptor.session().getId());
          observer.onCompleted();
        })))
        .addMethod(
            echo, counted(ServerCalls.asyncBidiStreamingCall(SessionInterceptorTest::echoing)))
        .addMethod(broken, counted((call, headers) -> {
          throw new AssertionError("the service is broken");
        }))
        .build();
  }

  private static StreamObserver<String> echoing(StreamObserver<String> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(String message) {
        answers.onNext(message);
      }

      @Override
      public void onError(Throwable thrown) {}

      @Override
      public void onCompleted() {
        answers.onCompleted();
      }
    };
  }

  private ServerCallHandler<String, String> counted(ServerCallHandler<String, String> handler) {
    return (call, headers) -> {
      callsBegun.incrementAndGet();
      return handler.startCall(call, headers);
    };
  }

  private void assertRefused(Status.Code code, String header) {
    assertThat(statusOf(() -> call(whoAmI, header))).isEqualTo(code);
    assertThat(callsBegun).hasValue(0);
    assertThat(requestsRead).hasValue(0);
  }

  private void awaitMemory(Session session) {
    Await.until(LIMIT, "memory answers", () -> {
      long hits = client.validator().stats().hits();
      return client.validator().validate(session.getSessionToken()).isPresent()
          && client.validator().stats().hits() > hits;
    });
  }

  private String call(MethodDescriptor<String, String> method, String header) {
    return ClientCalls.blockingUnaryCall(newCall(method, header), "who am I?");
  }

  private ClientCall<String, String> newCall(
      MethodDescriptor<String, String> method, String header) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, header);
    Channel with =
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    return with.newCall(method, CallOptions.DEFAULT);
  }

  private static String bearer(Session session) {
    return "Bearer " + session.getSessionToken();
  }

  private static <T> T get(java.util.concurrent.Future<T> answer) {
    try {
      return answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Status.Code statusOf(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run)
        .getStatus()
        .getCode();
  }

  private static StreamObserver<String> noteIn(List<String> heard) {
    return new StreamObserver<>() {
      @Override
      public void onNext(String message) {
        heard.add(message);
      }

      @Override
      public void onError(Throwable thrown) {
        heard.add(thrown.toString());
      }

      @Override
      public void onCompleted() {
        heard.add("completed");
      }
    };
  }

  private MethodDescriptor<String, String> method(String name, MethodType type) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName("Own", name))
        .setRequestMarshaller(new Text(requestsRead))
        .setResponseMarshaller(new Text(new AtomicInteger()))
        .build();
  }

  /** Hears of every call before the session interceptor does. */
  private final class Door implements ServerInterceptor {

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      callsCome.add(call);
      return next.startCall(call, headers);
    }
  }

  private record Text(AtomicInteger read) implements MethodDescriptor.Marshaller<String> {

    @Override
    public InputStream stream(String text) {
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream in) {
      read.incrementAndGet();
      try {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
