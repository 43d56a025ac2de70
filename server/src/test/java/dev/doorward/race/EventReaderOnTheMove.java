package dev.doorward.race;

import dev.doorward.testing.EventWatch;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Event;
import dev.doorward.v1.WatchEventsRequest;
import dev.doorward.v1.WatchEventsResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A reader of events that now and then loses its stream and goes on with its cursor at another server. */
final class EventReaderOnTheMove {

  private final List<TestServer> servers;
  private final Random random;
  private final List<String> told = new ArrayList<>();
  private String cursor;
  private EventWatch stream;
  private int taken;

  EventReaderOnTheMove(List<TestServer> servers, long seed, String cursor) {
    this.servers = servers;
    this.random = new Random(seed);
    this.cursor = cursor;
    goOn();
  }

  /** Something happens to the reader, or not; so seldom that no server takes the resets for an attack. */
  void move() {
    if (random.nextInt(12) == 0) {
      take();
      stream.close();
      goOn();
    }
  }

  /** The ids of all events that the reader has been told, in their order. */
  List<String> told() {
    take();
    return told;
  }

  void leave() {
    stream.close();
  }

  private void goOn() {
    stream = EventWatch.of(
        servers.get(random.nextInt(servers.size())),
        WatchEventsRequest.newBuilder().setCursor(cursor).build());
    taken = 0;
  }

  /** What the stream has brought since, together with the cursor after it. */
  private void take() {
    List<WatchEventsResponse> heard = List.copyOf(stream.heard());
    for (WatchEventsResponse message : heard.subList(taken, heard.size())) {
      message.getEventsList().stream().map(Event::getId).forEach(told::add);
      cursor = message.getCursor();
    }
    taken = heard.size();
  }
}
