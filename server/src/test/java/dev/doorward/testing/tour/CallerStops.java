package dev.doorward.testing.tour;

import dev.doorward.testing.Given;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CallerKey;
import dev.doorward.v1.CreateCallerKeyRequest;
import dev.doorward.v1.ListCallerKeysRequest;
import dev.doorward.v1.RevokeCallerKeyRequest;
import dev.doorward.v1.Role;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** The calls about callers and their keys. */
final class CallerStops {

  private final TestServer server;

  CallerStops(TestServer server) {
    this.server = server;
  }

  void addTo(Map<String, Supplier<Runnable>> stops) {
    stops.put("CreateCallerKey", () -> () -> server.given().callerKey(Role.ROLE_VALIDATOR));
    stops.put("CreateCallerKey, the second", () -> {
      CallerKey first = server.given().callerKey(Role.ROLE_VALIDATOR).getCallerKey();
      CreateCallerKeyRequest request = CreateCallerKeyRequest.newBuilder()
          .setCallerName(first.getCallerName())
          .setRequestId(UUID.randomUUID().toString())
          .build();
      return () -> server.callers().createCallerKey(request);
    });
    stops.put("CreateCallerKey, other roles", () -> {
      CallerKey first = server.given().callerKey(Role.ROLE_VALIDATOR).getCallerKey();
      CreateCallerKeyRequest request = CreateCallerKeyRequest.newBuilder()
          .setCallerName(first.getCallerName())
          .addRoles(Role.ROLE_DIRECTORY)
          .build();
      return () -> server.callers().createCallerKey(request);
    });
    stops.put("CreateCallerKey, repeated", () -> {
      CreateCallerKeyRequest request = CreateCallerKeyRequest.newBuilder()
          .setCallerName(Given.freeCallerName())
          .addRoles(Role.ROLE_DIRECTORY)
          .setRequestId(UUID.randomUUID().toString())
          .build();
      server.callers().createCallerKey(request);
      return () -> server.callers().createCallerKey(request);
    });
    stops.put("ListCallerKeys", () -> {
      server.given().callerKey(Role.ROLE_VALIDATOR);
      String next = server
          .callers()
          .listCallerKeys(ListCallerKeysRequest.newBuilder().setPageSize(1).build())
          .getNextPageToken();
      ListCallerKeysRequest request =
          ListCallerKeysRequest.newBuilder().setPageToken(next).build();
      return () -> server.callers().listCallerKeys(request);
    });
    stops.put("RevokeCallerKey", () -> {
      CallerKey key = server.given().callerKey(Role.ROLE_VALIDATOR).getCallerKey();
      return () -> server
          .callers()
          .revokeCallerKey(
              RevokeCallerKeyRequest.newBuilder().setKeyId(key.getId()).build());
    });
  }
}
