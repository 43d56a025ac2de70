package dev.doorward.testing;

import dev.doorward.v1.Event;
import dev.doorward.v1.EventServiceGrpc;
import dev.doorward.v1.WatchEventsRequest;
import dev.doorward.v1.WatchEventsResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A stream of events, and all that has come of it so far. */
public final class EventWatch implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final List<WatchEventsResponse> heard = new CopyOnWriteArrayList<>();
  private final Stream stream = new Stream();
  private volatile boolean taking = true;
  private volatile Throwable end;

  private EventWatch(TestServer server, WatchEventsRequest request) {
    EventServiceGrpc.newStub(server.channel()).watchEvents(request, stream);
  }

  public static EventWatch of(TestServer server, WatchEventsRequest request) {
    return new EventWatch(server, request);
  }

  /** From now on: returns once the stream has begun. */
  public static EventWatch fromNow(TestServer server) {
    return of(server, WatchEventsRequest.getDefaultInstance()).awaitBeginning();
  }

  public static EventWatch from(TestServer server, String cursor) {
    return of(server, WatchEventsRequest.newBuilder().setCursor(cursor).build()).awaitBeginning();
  }

  public List<WatchEventsResponse> heard() {
    return heard;
  }

  public List<Event> events() {
    List<Event> events = new ArrayList<>();
    heard.forEach(message -> events.addAll(message.getEventsList()));
    return events;
  }

  /** Where the stream has come to. */
  public String cursor() {
    return heard.get(heard.size() - 1).getCursor();
  }

  public Event await(Predicate<Event> wanted) {
    Await.until(LIMIT, "the event comes", () -> events().stream().anyMatch(wanted));
    return events().stream().filter(wanted).findFirst().orElseThrow();
  }

  public Throwable awaitEnd() {
    Await.until(LIMIT, "the stream ends", () -> end != null);
    return end;
  }

  /** Takes no message after the next one, until told to go on. */
  public void stall() {
    taking = false;
  }

  public void goOn() {
    taking = true;
    stream.call.request(1);
  }

  @Override
  public void close() {
    stream.call.cancel("nobody watches any longer", null);
  }

  private EventWatch awaitBeginning() {
    Await.until(LIMIT, "the stream begins", () -> !heard.isEmpty());
    return this;
  }

  private final class Stream
      implements ClientResponseObserver<WatchEventsRequest, WatchEventsResponse> {

    private ClientCallStreamObserver<WatchEventsRequest> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchEventsRequest> started) {
      call = started;
      call.disableAutoRequestWithInitial(1);
    }

    @Override
    public void onNext(WatchEventsResponse message) {
      heard.add(message);
      if (taking) {
        call.request(1);
      }
    }

    @Override
    public void onError(Throwable thrown) {
      end = thrown;
    }

    @Override
    public void onCompleted() {
      end = new AssertionError("completed");
    }
  }
}
