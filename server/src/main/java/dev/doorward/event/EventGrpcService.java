package dev.doorward.event;

import static dev.doorward.rpc.Replies.reply;

import com.google.protobuf.Message;
import dev.doorward.database.Page;
import dev.doorward.rpc.Fields;
import dev.doorward.rpc.GrpcReader;
import dev.doorward.rpc.PageTokens;
import dev.doorward.v1.EventServiceGrpc.EventServiceImplBase;
import dev.doorward.v1.ListEventsRequest;
import dev.doorward.v1.ListEventsResponse;
import dev.doorward.v1.WatchEventsRequest;
import dev.doorward.v1.WatchEventsResponse;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Function;

/** {@link Events} and {@link EventFollower} over gRPC. */
public final class EventGrpcService extends EventServiceImplBase {

  private final Events events;
  private final EventFollower follower;

  public EventGrpcService(Events events, EventFollower follower) {
    this.events = events;
    this.follower = follower;
  }

  @Override
  public void listEvents(ListEventsRequest request, StreamObserver<ListEventsResponse> observer) {
    Fields fields = new Fields();
    EventFilter filter = new EventFilter(
        request.getUserId().isEmpty() ? null : request.getUserId(),
        fields.time("created_after", request.hasCreatedAfter(), request.getCreatedAfter()),
        fields.time("created_before", request.hasCreatedBefore(), request.getCreatedBefore()));
    int size = fields.pageSize(request.getPageSize());
    fields.check();
    Message filters = request.toBuilder().clearPageSize().clearPageToken().build();
    Optional<Page.Position> after = PageTokens.read(request.getPageToken(), filters);

    Page<Recorded> page = events.list(filter, after, size);

    ListEventsResponse.Builder answer =
        ListEventsResponse.newBuilder().setNextPageToken(PageTokens.write(page, filters));
    page.items().forEach(event -> answer.addEvents(EventMessages.toMessage(event)));
    reply(observer, answer.build());
  }

  @Override
  public void watchEvents(
      WatchEventsRequest request, StreamObserver<WatchEventsResponse> observer) {
    Fields fields = new Fields();
    Function<EventLog, EventCursor> start = start(fields, request);
    fields.check();

    follower.subscribe(new Stream(observer, follower), start);
  }

  static Function<EventLog, EventCursor> start(Fields fields, WatchEventsRequest request) {
    if (request.getCursor().isEmpty()) {
      return request.getFromOldest() ? EventLog::beginning : EventLog::head;
    }
    if (request.getFromOldest()) {
      fields.violation("from_oldest", "set beside cursor (expected: one of them)");
    }
    EventCursor cursor = fields.parsed("cursor", request.getCursor(), EventCursor::parse);
    return log -> cursor;
  }

  private static final class Stream extends GrpcReader<WatchEventsResponse> implements EventReader {

    private Stream(StreamObserver<WatchEventsResponse> observer, EventFollower follower) {
      super(observer, follower::ready);
    }

    @Override
    public void slice(EventLog.Slice slice) {
      send(EventMessages.toMessage(slice));
    }
  }
}
