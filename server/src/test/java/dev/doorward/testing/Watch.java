package dev.doorward.testing;

import dev.doorward.v1.FeedPosition;
import dev.doorward.v1.FeedReset;
import dev.doorward.v1.Revocation;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.WatchRevocationsRequest;
import dev.doorward.v1.WatchRevocationsResponse;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A stream of revocations, and all that has come of it so far. */
public final class Watch implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final List<WatchRevocationsResponse> heard = new CopyOnWriteArrayList<>();
  private final Context.CancellableContext context = Context.current().withCancellation();
  private volatile Throwable end;

  private Watch(Channel channel, WatchRevocationsRequest request) {
    context.run(() -> SessionServiceGrpc.newStub(channel)
        .watchRevocations(request, new StreamObserver<>() {
          @Override
          public void onNext(WatchRevocationsResponse message) {
            heard.add(message);
          }

          @Override
          public void onError(Throwable thrown) {
            end = thrown;
          }

          @Override
          public void onCompleted() {
            end = new AssertionError("completed");
          }
        }));
  }

  /** From now on: returns once the stream has begun. */
  public static Watch fromNow(TestServer server) {
    return fromNow(server.channel());
  }

  public static Watch fromNow(Channel channel) {
    return new Watch(channel, WatchRevocationsRequest.getDefaultInstance()).awaitHello();
  }

  public static Watch from(TestServer server, FeedPosition position) {
    return new Watch(
            server.channel(),
            WatchRevocationsRequest.newBuilder().setPosition(position).build())
        .awaitHello();
  }

  public List<WatchRevocationsResponse> heard() {
    return heard;
  }

  public List<Revocation> revocations() {
    List<Revocation> revocations = new ArrayList<>();
    heard.forEach(message -> revocations.addAll(message.getBatch().getRevocationsList()));
    return revocations;
  }

  public Optional<FeedReset> reset() {
    return heard.stream()
        .filter(WatchRevocationsResponse::hasReset)
        .map(WatchRevocationsResponse::getReset)
        .findFirst();
  }

  /** Where the stream has come to. */
  public FeedPosition position() {
    FeedPosition position = null;
    for (WatchRevocationsResponse message : heard) {
      position = switch (message.getMessageCase()) {
        case HELLO -> message.getHello().getPosition();
        case BATCH -> message.getBatch().getPosition();
        case RESET -> message.getReset().getPosition();
        case HEARTBEAT -> position;
        case MESSAGE_NOT_SET -> throw new AssertionError("an empty message");
      };
    }
    return position;
  }

  public Revocation await(Predicate<Revocation> wanted) {
    Await.until(LIMIT, "the revocation comes", () -> revocations().stream().anyMatch(wanted));
    return revocations().stream().filter(wanted).findFirst().orElseThrow();
  }

  public FeedReset awaitReset() {
    Await.until(LIMIT, "the reset comes", () -> reset().isPresent());
    return reset().orElseThrow();
  }

  public boolean hasEnded() {
    return end != null;
  }

  public Throwable awaitEnd() {
    Await.until(LIMIT, "the stream ends", () -> end != null);
    return end;
  }

  @Override
  public void close() {
    context.cancel(null);
  }

  private Watch awaitHello() {
    Await.until(LIMIT, "the stream begins", () -> !heard.isEmpty());
    return this;
  }
}
