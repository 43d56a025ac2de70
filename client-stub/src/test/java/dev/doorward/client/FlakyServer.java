package dev.doorward.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.doorward.testing.TestServer;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.HandlerRegistry;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before the real server, hands every call on to it, and keeps some of the answers to itself. */
final class FlakyServer implements AutoCloseable {

  private final Channel real;
  private final Server server;
  private final List<byte[]> requests = new CopyOnWriteArrayList<>();
  private final List<Metadata> headers = new CopyOnWriteArrayList<>();
  private final AtomicInteger answersToLose = new AtomicInteger();
  private final CountDownLatch answered = new CountDownLatch(1);
  private volatile CountDownLatch release = new CountDownLatch(0);

  FlakyServer(TestServer real) throws IOException {
    this.real = real.channel();
    this.server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
        .fallbackHandlerRegistry(new EveryMethod())
        .build()
        .start();
  }

  String target() {
    return "localhost:" + server.getPort();
  }

  /** The next so many calls happen, and their callers are told UNAVAILABLE all the same. */
  void loseAnswers(int count) {
    answersToLose.set(count);
  }

  /** From now on calls happen, and their callers are told nothing before {@link #release}. */
  void holdAnswers() {
    release = new CountDownLatch(1);
  }

  void release() {
    release.countDown();
  }

  /** Waits until the real server has answered a call. */
  void awaitAnswer() throws InterruptedException {
    if (!answered.await(10, TimeUnit.SECONDS)) {
      throw new AssertionError("no call has come through within 10 s");
    }
  }

  int attempts() {
    return requests.size();
  }

  /** Every attempt's request, in the order of their coming. */
  <M extends Message> List<M> requests(Parser<M> parser) {
    return requests.stream()
        .map(bytes -> {
          try {
            return parser.parseFrom(bytes);
          } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
          }
        })
        .toList();
  }

  /** A header of the first attempt. */
  String header(String name) {
    return headers.get(0).get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
  }

  @Override
  public void close() {
    release();
    server.shutdownNow();
  }

  private void answer(
      MethodDescriptor<byte[], byte[]> method, byte[] request, StreamObserver<byte[]> observer) {
    requests.add(request);
    byte[] answer;
    try {
      answer = ClientCalls.blockingUnaryCall(real, method, CallOptions.DEFAULT, request);
    } catch (StatusRuntimeException e) {
      observer.onError(e);
      return;
    }
    answered.countDown();
    if (answersToLose.getAndUpdate(left -> Math.max(left - 1, 0)) > 0) {
      observer.onError(Status.UNAVAILABLE.withDescription("lost").asRuntimeException());
      return;
    }
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    observer.onNext(answer);
    observer.onCompleted();
  }

  private final class EveryMethod extends HandlerRegistry {

    @Override
    public ServerMethodDefinition<byte[], byte[]> lookupMethod(String name, String authority) {
      MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName(name)
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();
      ServerCallHandler<byte[], byte[]> handler =
          ServerCalls.asyncUnaryCall((request, observer) -> answer(method, request, observer));
      return ServerMethodDefinition.create(method, new ServerCallHandler<byte[], byte[]>() {
        @Override
        public ServerCall.Listener<byte[]> startCall(
            ServerCall<byte[], byte[]> call, Metadata received) {
          headers.add(received);
          return handler.startCall(call, received);
        }
      });
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
