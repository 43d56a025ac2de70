package dev.doorward.testing.tour;

import dev.doorward.testing.TestServer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Every RPC once, the way it is mostly called, and the variants that cost something else. */
public final class RpcTour {

  private final Map<String, Supplier<Runnable>> stops = new LinkedHashMap<>();

  public RpcTour(TestServer server) {
    new UserStops(server).addTo(stops);
    new SessionStops(server).addTo(stops);
    new AccountStops(server).addTo(stops);
    new PasswordStops(server).addTo(stops);
    new VerificationStops(server).addTo(stops);
    new EventStops(server).addTo(stops);
    new CallerStops(server).addTo(stops);
  }

  /** By the name of the RPC: makes what the call needs, and gives the call itself. */
  public Map<String, Supplier<Runnable>> stops() {
    return stops;
  }
}
