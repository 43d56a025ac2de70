package dev.doorward.session;

import static dev.doorward.rpc.Replies.reply;
import static dev.doorward.rpc.Replies.replyLater;
import static dev.doorward.session.SessionMessages.toMessage;

import com.google.protobuf.Message;
import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Change;
import dev.doorward.database.Page;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.revocation.FeedGrpcService;
import dev.doorward.rpc.Fields;
import dev.doorward.rpc.PageTokens;
import dev.doorward.v1.BatchValidateSessionsRequest;
import dev.doorward.v1.BatchValidateSessionsResponse;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.CreateSessionResponse;
import dev.doorward.v1.GetFeedHeadRequest;
import dev.doorward.v1.GetFeedHeadResponse;
import dev.doorward.v1.GetSessionRequest;
import dev.doorward.v1.GetSessionResponse;
import dev.doorward.v1.ListSessionsRequest;
import dev.doorward.v1.ListSessionsResponse;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.RevokeSessionResponse;
import dev.doorward.v1.RevokeUserSessionsRequest;
import dev.doorward.v1.RevokeUserSessionsResponse;
import dev.doorward.v1.SessionServiceGrpc.SessionServiceImplBase;
import dev.doorward.v1.UpdateSessionRequest;
import dev.doorward.v1.UpdateSessionResponse;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.ValidateSessionResponse;
import dev.doorward.v1.WatchRevocationsRequest;
import dev.doorward.v1.WatchRevocationsResponse;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** {@link Sessions} over gRPC. */
public final class SessionGrpcService extends SessionServiceImplBase {

  private static final Set<String> CHANGEABLE =
      Set.of("expires", "ip_address", "remember", "user_agent");

  private final Sessions sessions;
  private final ValidationGrpcService validation;
  private final FeedGrpcService feed;
  private final BetterAuthCookies cookies;

  public SessionGrpcService(
      Sessions sessions,
      ValidationGrpcService validation,
      FeedGrpcService feed,
      BetterAuthCookies cookies) {
    this.sessions = sessions;
    this.validation = validation;
    this.feed = feed;
    this.cookies = cookies;
  }

  @Override
  public void createSession(
      CreateSessionRequest request, StreamObserver<CreateSessionResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(request.getClientContext());
    NewSession wanted = wanted(fields, request);
    Optional<RequestId> requestId = fields.requestId(request, request.getRequestId());
    fields.check();

    Sessions.Opened opened = sessions.open(origin, requestId, wanted);

    reply(
        observer,
        CreateSessionResponse.newBuilder().setSession(toMessage(opened)).build());
  }

  @Override
  public void validateSession(
      ValidateSessionRequest request, StreamObserver<ValidateSessionResponse> observer) {
    validation.validateSession(request, observer);
  }

  @Override
  public void batchValidateSessions(
      BatchValidateSessionsRequest request,
      StreamObserver<BatchValidateSessionsResponse> observer) {
    validation.batchValidateSessions(request, observer);
  }

  @Override
  public void getSession(GetSessionRequest request, StreamObserver<GetSessionResponse> observer) {
    Fields fields = new Fields();
    String id = fields.required("session_id", request.getSessionId());
    fields.check();

    Session session = sessions.get(id);

    reply(
        observer, GetSessionResponse.newBuilder().setSession(toMessage(session)).build());
  }

  @Override
  public void listSessions(
      ListSessionsRequest request, StreamObserver<ListSessionsResponse> observer) {
    Fields fields = new Fields();
    String userId = fields.required("user_id", request.getUserId());
    int size = fields.pageSize(request.getPageSize());
    fields.check();
    Message filters = request.toBuilder().clearPageSize().clearPageToken().build();
    Optional<Page.Position> after = PageTokens.read(request.getPageToken(), filters);

    Page<Session> page = sessions.list(userId, after, size);

    ListSessionsResponse.Builder answer =
        ListSessionsResponse.newBuilder().setNextPageToken(PageTokens.write(page, filters));
    page.items().forEach(session -> answer.addSessions(toMessage(session)));
    reply(observer, answer.build());
  }

  @Override
  public void updateSession(
      UpdateSessionRequest request, StreamObserver<UpdateSessionResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(ClientContext.getDefaultInstance());
    SessionKey key = switch (request.getKeyCase()) {
      case SESSION_ID -> idKey(fields, request.getSessionId());
      case SESSION_TOKEN -> tokenKey(fields, request.getSessionToken());
      case KEY_NOT_SET -> noKey(fields);
    };
    SessionChanges changes = changes(fields, request);
    fields.check();

    Session session = sessions.update(origin, key, changes);

    reply(
        observer,
        UpdateSessionResponse.newBuilder().setSession(toMessage(session)).build());
  }

  @Override
  public void revokeSession(
      RevokeSessionRequest request, StreamObserver<RevokeSessionResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(ClientContext.getDefaultInstance());
    SessionKey key = switch (request.getKeyCase()) {
      case SESSION_ID -> idKey(fields, request.getSessionId());
      case SESSION_TOKEN -> tokenKey(fields, request.getSessionToken());
      case KEY_NOT_SET -> noKey(fields);
    };
    fields.check();

    revoke(origin, key, request.getAllowMissing());

    replyLater(
        observer,
        feed.everywhere(request.getWaitEverywhere()),
        done -> RevokeSessionResponse.getDefaultInstance());
  }

  @Override
  public void revokeUserSessions(
      RevokeUserSessionsRequest request, StreamObserver<RevokeUserSessionsResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(ClientContext.getDefaultInstance());
    String userId = fields.required("user_id", request.getUserId());
    String kept = request.getKeepSessionId();
    fields.check();

    int count =
        sessions.revokeAll(origin, userId, kept.isEmpty() ? Optional.empty() : Optional.of(kept));

    replyLater(
        observer,
        feed.everywhere(request.getWaitEverywhere()),
        done -> RevokeUserSessionsResponse.newBuilder().setRevokedCount(count).build());
  }

  @Override
  public void watchRevocations(
      WatchRevocationsRequest request, StreamObserver<WatchRevocationsResponse> observer) {
    feed.watchRevocations(request, observer);
  }

  @Override
  public void getFeedHead(
      GetFeedHeadRequest request, StreamObserver<GetFeedHeadResponse> observer) {
    feed.getFeedHead(observer);
  }

  private void revoke(Origin origin, SessionKey key, boolean allowMissing) {
    try {
      sessions.revoke(origin, key);
    } catch (Refusal e) {
      if (e.reason() != Reason.SESSION_NOT_FOUND || !allowMissing) {
        throw e;
      }
    }
  }

  static NewSession wanted(Fields fields, CreateSessionRequest request) {
    Instant expires = fields.time("expires", request.hasExpires(), request.getExpires());
    if (expires != null && !expires.isAfter(Instant.now())) {
      fields.violation("expires", expires + " (expected: a moment in the future)");
    }
    return new NewSession(
        fields.idOrNew("session_id", request.getSessionId()),
        fields.required("user_id", request.getUserId()),
        request.getSessionToken().isEmpty()
            ? SessionToken.generate()
            : fields.secret("session_token", request.getSessionToken(), SessionToken::parse),
        !request.hasRemember() || request.getRemember(),
        Optional.ofNullable(expires));
  }

  static SessionChanges changes(Fields fields, UpdateSessionRequest request) {
    dev.doorward.v1.Session session = request.getSession();
    Set<String> paths = fields.mask(request.getUpdateMask(), session, CHANGEABLE);
    if (paths.contains("expires") && !session.hasExpires()) {
      fields.violation("session.expires", "not set");
    }
    if (paths.contains("remember") && !session.hasRemember()) {
      fields.violation("session.remember", "not set");
    }
    return new SessionChanges(
        Change.of(
            "expires",
            paths,
            () -> fields.time("session.expires", session.hasExpires(), session.getExpires())),
        Change.of(
            "ip_address",
            paths,
            () -> fields.ipAddress("session.ip_address", session.getIpAddress())),
        Change.of("user_agent", paths, () -> fields.userAgent(session.getUserAgent())),
        Change.of("remember", paths, session::getRemember));
  }

  private static SessionKey idKey(Fields fields, String id) {
    return SessionKey.ofId(fields.required("session_id", id));
  }

  private SessionKey tokenKey(Fields fields, String token) {
    return SessionKey.ofToken(
        SessionToken.of(cookies.token(fields.required("session_token", token))));
  }

  private static SessionKey noKey(Fields fields) {
    fields.violation("key", "not set (expected: session_id or session_token)");
    return null;
  }
}
