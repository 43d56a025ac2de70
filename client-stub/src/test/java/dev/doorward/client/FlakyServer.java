package dev.doorward.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.doorward.testing.Await;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.FeedBatch;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.WatchRevocationsResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.HandlerRegistry;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Stands before the real server, hands every call on to it, and keeps some of the answers to itself. */
final class FlakyServer implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String WATCH =
      SessionServiceGrpc.getWatchRevocationsMethod().getFullMethodName();

  private static final StatusRuntimeException LOST =
      Status.UNAVAILABLE.withDescription("lost").asRuntimeException(new Metadata());

  private record Attempt(String method, byte[] request) {}

  private final Channel real;
  private final Server server;
  private final List<Attempt> attempts = new CopyOnWriteArrayList<>();
  private final List<Metadata> headers = new CopyOnWriteArrayList<>();
  private final AtomicInteger answersToLose = new AtomicInteger();
  private volatile StatusRuntimeException inTheirPlace = LOST;
  private final AtomicInteger revocationsToLose = new AtomicInteger();
  private final List<String> answered = new CopyOnWriteArrayList<>();
  private final AtomicInteger openStreams = new AtomicInteger();
  private final List<Runnable> heldAnswers = new ArrayList<>();
  private Predicate<String> held = method -> false;

  FlakyServer(TestServer real) throws IOException {
    this(real, Duration.ofDays(1));
  }

  /** @param connectionAge after which it asks a client to connect anew, and soon ends the connection */
  FlakyServer(TestServer real, Duration connectionAge) throws IOException {
    this.real = real.channel();
    this.server = NettyServerBuilder.forPort(0, InsecureServerCredentials.create())
        .fallbackHandlerRegistry(new EveryMethod())
        .maxConnectionAge(connectionAge.toMillis(), TimeUnit.MILLISECONDS)
        .maxConnectionAgeGrace(100, TimeUnit.MILLISECONDS)
        .build()
        .start();
  }

  String target() {
    return "localhost:" + port();
  }

  int port() {
    return server.getPort();
  }

  /** The next so many calls happen, and their callers are told UNAVAILABLE all the same. */
  void loseAnswers(int count) {
    replaceAnswers(count, LOST);
  }

  /** The next so many calls happen, and their callers are told that they were refused. */
  void replaceAnswers(int count, StatusRuntimeException refusal) {
    inTheirPlace = refusal;
    answersToLose.set(count);
  }

  /** The next so many revocations never come, as if the stream had a hole. */
  void loseRevocations(int count) {
    revocationsToLose.set(count);
  }

  /** From now on calls happen, and their callers are told nothing before {@link #release}. */
  void holdAnswers() {
    hold(method -> !method.equals(WATCH));
  }

  void holdAnswers(MethodDescriptor<?, ?> only) {
    hold(only.getFullMethodName()::equals);
  }

  private synchronized void hold(Predicate<String> methods) {
    held = methods;
  }

  synchronized void release() {
    held = method -> false;
    heldAnswers.forEach(Runnable::run);
    heldAnswers.clear();
  }

  /** Waits until the real server has answered a call. */
  void awaitAnswer() {
    Await.until(LIMIT, "an answer", () -> !answered.isEmpty());
  }

  void awaitAnswer(MethodDescriptor<?, ?> method) {
    Await.until(
        LIMIT,
        "an answer to " + method.getFullMethodName(),
        () -> answered.contains(method.getFullMethodName()));
  }

  int attempts() {
    return attempts.size();
  }

  int attempts(MethodDescriptor<?, ?> method) {
    return (int) attempts.stream()
        .filter(attempt -> attempt.method().equals(method.getFullMethodName()))
        .count();
  }

  /** Streams of revocations that have begun and not ended. */
  int openStreams() {
    return openStreams.get();
  }

  /** Every attempt's request, in the order of their coming. */
  <M extends Message> List<M> requests(Parser<M> parser) {
    return attempts.stream()
        .map(attempt -> {
          try {
            return parser.parseFrom(attempt.request());
          } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
          }
        })
        .toList();
  }

  /** A header of the first attempt. */
  String header(String name) {
    return headers
        .get(headers.size() - 1)
        .get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
  }

  @Override
  public void close() {
    release();
    server.shutdownNow();
  }

  private synchronized void answer(String method, Runnable answer) {
    if (held.test(method)) {
      heldAnswers.add(answer);
    } else {
      answer.run();
    }
  }

  private byte[] thinned(byte[] message) {
    try {
      WatchRevocationsResponse heard = WatchRevocationsResponse.parseFrom(message);
      if (!heard.hasBatch()) {
        return message;
      }
      FeedBatch.Builder batch = heard.getBatch().toBuilder();
      while (batch.getRevocationsCount() > 0
          && revocationsToLose.getAndUpdate(left -> Math.max(left - 1, 0)) > 0) {
        batch.removeRevocations(0);
      }
      return heard.toBuilder().setBatch(batch).build().toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** One call, from its caller to the real server and back. */
  private final class Relay extends ClientCall.Listener<byte[]> {

    private final ServerCall<byte[], byte[]> caller;
    private final ClientCall<byte[], byte[]> onwards;
    private final String method;
    private byte[] answer;
    private boolean headersSent;

    private Relay(ServerCall<byte[], byte[]> caller) {
      this.caller = caller;
      this.method = caller.getMethodDescriptor().getFullMethodName();
      this.onwards = real.newCall(caller.getMethodDescriptor(), CallOptions.DEFAULT);
    }

    private ServerCall.Listener<byte[]> start() {
      if (method.equals(WATCH)) {
        openStreams.incrementAndGet();
      }
      onwards.start(this, new Metadata());
      onwards.request(Integer.MAX_VALUE);
      caller.request(1);
      return new ServerCall.Listener<>() {
        @Override
        public void onMessage(byte[] request) {
          attempts.add(new Attempt(method, request));
          onwards.sendMessage(request);
        }

        @Override
        public void onHalfClose() {
          onwards.halfClose();
        }

        @Override
        public void onCancel() {
          onwards.cancel("the caller has gone", null);
        }
      };
    }

    @Override
    public void onMessage(byte[] message) {
      if (method.equals(WATCH)) {
        send(thinned(message));
      } else {
        answer = message;
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (method.equals(WATCH)) {
        openStreams.decrementAndGet();
      }
      answered.add(method);
      FlakyServer.this.answer(method, () -> end(status, trailers));
    }

    private void end(Status status, Metadata trailers) {
      if (caller.isCancelled()) {
        return;
      }
      if (status.isOk() && answersToLose.getAndUpdate(left -> Math.max(left - 1, 0)) > 0) {
        caller.close(inTheirPlace.getStatus(), inTheirPlace.getTrailers());
        return;
      }
      if (answer != null) {
        send(answer);
      }
      caller.close(status, trailers);
    }

    private void send(byte[] message) {
      if (!headersSent) {
        headersSent = true;
        caller.sendHeaders(new Metadata());
      }
      caller.sendMessage(message);
    }
  }

  private final class EveryMethod extends HandlerRegistry {

    @Override
    public ServerMethodDefinition<byte[], byte[]> lookupMethod(String name, String authority) {
      MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
          .setFullMethodName(name)
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();
      return ServerMethodDefinition.create(method, (call, received) -> {
        headers.add(received);
        return new Relay(call).start();
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
