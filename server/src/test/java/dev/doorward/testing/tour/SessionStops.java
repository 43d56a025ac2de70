package dev.doorward.testing.tour;

import dev.doorward.testing.TestServer;
import dev.doorward.testing.Watch;
import dev.doorward.v1.BatchValidateSessionsRequest;
import dev.doorward.v1.Consistency;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.GetFeedHeadRequest;
import dev.doorward.v1.GetSessionRequest;
import dev.doorward.v1.ListSessionsRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.RevokeUserSessionsRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.UpdateSessionRequest;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** The calls about sessions. */
final class SessionStops {

  private final TestServer server;

  SessionStops(TestServer server) {
    this.server = server;
  }

  void addTo(Map<String, Supplier<Runnable>> stops) {
    stops.put("CreateSession", () -> {
      User user = server.given().user();
      return () -> server.given().session(user);
    });
    stops.put("CreateSession with request_id", () -> {
      CreateSessionRequest request = createSessionOnce();
      return () -> server.sessions().createSession(request);
    });
    stops.put("CreateSession, repeated", () -> {
      CreateSessionRequest request = createSessionOnce();
      server.sessions().createSession(request);
      return () -> server.sessions().createSession(request);
    });
    stops.put("ValidateSession", () -> {
      Session session = server.given().session();
      return () -> server
          .sessions()
          .validateSession(ValidateSessionRequest.newBuilder()
              .setSessionToken(session.getSessionToken())
              .build());
    });
    stops.put("ValidateSession from memory", () -> {
      ValidateSessionRequest request = ValidateSessionRequest.newBuilder()
          .setSessionToken(server.given().session().getSessionToken())
          .build();
      server.sessions().validateSession(request);
      return () -> server.sessions().validateSession(request);
    });
    stops.put("ValidateSession with CONSISTENCY_FRESH", () -> {
      ValidateSessionRequest request = ValidateSessionRequest.newBuilder()
          .setSessionToken(server.given().session().getSessionToken())
          .setConsistency(Consistency.CONSISTENCY_FRESH)
          .build();
      server.sessions().validateSession(request);
      return () -> server.sessions().validateSession(request);
    });
    stops.put("BatchValidateSessions", () -> {
      BatchValidateSessionsRequest request = BatchValidateSessionsRequest.newBuilder()
          .addSessionTokens(server.given().session().getSessionToken())
          .addSessionTokens(server.given().session().getSessionToken())
          .addSessionTokens("a-token-that-nobody-has")
          .build();
      return () -> server.sessions().batchValidateSessions(request);
    });
    stops.put(
        "GetFeedHead",
        () -> () -> server.sessions().getFeedHead(GetFeedHeadRequest.getDefaultInstance()));
    stops.put("WatchRevocations", () -> () -> Watch.fromNow(server).close());
    stops.put("GetSession", () -> {
      Session session = server.given().session();
      return () -> server
          .sessions()
          .getSession(
              GetSessionRequest.newBuilder().setSessionId(session.getId()).build());
    });
    stops.put("ListSessions", () -> {
      User user = server.given().user();
      server.given().session(user);
      server.given().session(user);
      ListSessionsRequest first = ListSessionsRequest.newBuilder()
          .setUserId(user.getId())
          .setPageSize(1)
          .build();
      String next = server.sessions().listSessions(first).getNextPageToken();
      return () ->
          server.sessions().listSessions(first.toBuilder().setPageToken(next).build());
    });
    stops.put("UpdateSession", () -> {
      Session session = server.given().session();
      return () -> server
          .sessions()
          .updateSession(UpdateSessionRequest.newBuilder()
              .setSessionId(session.getId())
              .setSession(Session.newBuilder().setUserAgent("curl"))
              .build());
    });
    stops.put("UpdateSession by session_token", () -> {
      Session session = server.given().session();
      return () -> server
          .sessions()
          .updateSession(UpdateSessionRequest.newBuilder()
              .setSessionToken(session.getSessionToken())
              .setSession(Session.newBuilder().setUserAgent("curl"))
              .build());
    });
    stops.put("RevokeSession", () -> {
      Session session = server.given().session();
      return () -> server
          .sessions()
          .revokeSession(
              RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build());
    });
    stops.put("RevokeSession by session_token", () -> {
      Session session = server.given().session();
      return () -> server
          .sessions()
          .revokeSession(RevokeSessionRequest.newBuilder()
              .setSessionToken(session.getSessionToken())
              .build());
    });
    stops.put("RevokeUserSessions", () -> {
      User user = server.given().user();
      Session kept = server.given().session(user);
      server.given().session(user);
      server.given().session(user);
      return () -> server
          .sessions()
          .revokeUserSessions(RevokeUserSessionsRequest.newBuilder()
              .setUserId(user.getId())
              .setKeepSessionId(kept.getId())
              .build());
    });
  }

  private CreateSessionRequest createSessionOnce() {
    return CreateSessionRequest.newBuilder()
        .setUserId(server.given().user().getId())
        .setRequestId(UUID.randomUUID().toString())
        .build();
  }
}
