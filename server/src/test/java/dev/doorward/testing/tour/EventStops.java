package dev.doorward.testing.tour;

import dev.doorward.testing.EventWatch;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ListEventsRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.User;
import java.util.Map;
import java.util.function.Supplier;

/** The calls about events. */
final class EventStops {

  private final TestServer server;

  EventStops(TestServer server) {
    this.server = server;
  }

  void addTo(Map<String, Supplier<Runnable>> stops) {
    stops.put("ListEvents", () -> listEvents(ListEventsRequest.getDefaultInstance()));
    stops.put("ListEvents by user_id", () -> {
      Session session = server.given().session();
      return listEvents(
          ListEventsRequest.newBuilder().setUserId(session.getUserId()).build());
    });
    stops.put("ListEvents by created_after", () -> {
      User user = server.given().user();
      server.given().user();
      return listEvents(
          ListEventsRequest.newBuilder().setCreatedAfter(user.getCreatedAt()).build());
    });
    stops.put("WatchEvents", () -> {
      EventWatch before = EventWatch.fromNow(server);
      before.close();
      String user = server.given().user().getId();
      return () -> {
        try (EventWatch watch = EventWatch.from(server, before.cursor())) {
          watch.await(event -> event.getUserId().equals(user));
        }
      };
    });
  }

  /** The second page, which has a position to go on from. */
  private Runnable listEvents(ListEventsRequest filters) {
    String next =
        server.events().listEvents(filters.toBuilder().setPageSize(1).build()).getNextPageToken();
    ListEventsRequest request = filters.toBuilder().setPageToken(next).build();
    return () -> server.events().listEvents(request);
  }
}
