package dev.doorward.session;

import static dev.doorward.rpc.Replies.refuse;
import static dev.doorward.rpc.Replies.reply;

import com.google.protobuf.Duration;
import dev.doorward.nearcache.NearCache;
import dev.doorward.nearcache.TokenKey;
import dev.doorward.rpc.Fields;
import dev.doorward.user.UserMessages;
import dev.doorward.v1.BatchValidateSessionsRequest;
import dev.doorward.v1.BatchValidateSessionsResponse;
import dev.doorward.v1.BatchValidateSessionsResult;
import dev.doorward.v1.LanePosition;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.ValidateSessionResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/**
 * {@link Sessions#validate} over gRPC, by way of the server's memory: the part of the session service that most calls are
 * for. An answer from memory is given on the network's own thread; what has to be read is left to a worker.
 */
public final class ValidationGrpcService {

  private static final int MAX_BATCH = 500;

  private final Sessions sessions;
  private final NearCache<ValidateSessionResponse> cache;
  private final BetterAuthCookies cookies;
  private final Executor workers;

  /** @param workers which wait, for the caller of the present call */
  public ValidationGrpcService(
      Sessions sessions,
      NearCache<ValidateSessionResponse> cache,
      BetterAuthCookies cookies,
      Executor workers) {
    this.sessions = sessions;
    this.cache = cache;
    this.cookies = cookies;
    this.workers = workers;
  }

  void validateSession(
      ValidateSessionRequest request, StreamObserver<ValidateSessionResponse> observer) {
    Fields fields = new Fields();
    String token = cookies.token(fields.required("session_token", request.getSessionToken()));
    boolean fresh = switch (request.getConsistency()) {
      case CONSISTENCY_UNSPECIFIED, CONSISTENCY_CACHED -> false;
      case CONSISTENCY_FRESH -> true;
      case UNRECOGNIZED -> {
        fields.violation("consistency", request.getConsistencyValue() + " (expected: 0 to 2)");
        yield true;
      }
    };
    fields.check();

    Optional<ValidateSessionResponse> known = fresh || token.length() > SessionToken.MAX_LENGTH
        ? Optional.empty()
        : cache.get(TokenKey.of(token));

    if (known.isPresent()) {
      reply(observer, known.get());
    } else {
      workers.execute(() -> read(token, fresh, observer));
    }
  }

  void batchValidateSessions(
      BatchValidateSessionsRequest request,
      StreamObserver<BatchValidateSessionsResponse> observer) {
    Fields fields = new Fields();
    int count = request.getSessionTokensCount();
    if (count == 0 || count > MAX_BATCH) {
      fields.violation("session_tokens", count + " tokens (expected: 1 to " + MAX_BATCH + ")");
    }
    List<SessionToken> tokens = IntStream.range(0, count)
        .mapToObj(i -> fields.required("session_tokens[" + i + "]", request.getSessionTokens(i)))
        .map(cookies::token)
        .map(SessionToken::of)
        .toList();
    fields.check();

    workers.execute(() -> readAll(tokens, observer));
  }

  private void readAll(
      List<SessionToken> tokens, StreamObserver<BatchValidateSessionsResponse> observer) {
    try {
      reply(observer, toMessage(tokens, sessions.validateAll(tokens)));
    } catch (RuntimeException e) {
      refuse(observer, e);
    }
  }

  private static BatchValidateSessionsResponse toMessage(
      List<SessionToken> tokens, Map<SessionToken, Sessions.Validated> valid) {
    BatchValidateSessionsResponse.Builder answer = BatchValidateSessionsResponse.newBuilder();
    for (SessionToken token : tokens) {
      BatchValidateSessionsResult.Builder result = answer.addResultsBuilder();
      Optional.ofNullable(valid.get(token))
          .ifPresent(session -> result.setValid(fresh(toMessage(session), session)));
    }
    return answer.build();
  }

  private void read(String token, boolean fresh, StreamObserver<ValidateSessionResponse> observer) {
    try {
      NearCache<ValidateSessionResponse>.Fill fill = cache.fill(TokenKey.of(token));
      Sessions.Validated valid = sessions.validate(SessionToken.of(token));
      ValidateSessionResponse answer = toMessage(valid);
      fill.good(
          answer,
          valid.user().id(),
          valid.session().id(),
          valid.lane(),
          valid.asOf(),
          valid.expiresIn());
      reply(observer, fresh ? fresh(answer, valid) : answer);
    } catch (RuntimeException e) {
      refuse(observer, e);
    }
  }

  private static ValidateSessionResponse toMessage(Sessions.Validated valid) {
    return ValidateSessionResponse.newBuilder()
        .setSession(SessionMessages.toMessage(valid.session()))
        .setUser(UserMessages.toMessage(valid.user()))
        .build();
  }

  /** With what a caller needs who keeps it. */
  private static ValidateSessionResponse fresh(
      ValidateSessionResponse answer, Sessions.Validated valid) {
    return answer.toBuilder()
        .setAsOf(LanePosition.newBuilder().setLane(valid.lane()).setSeq(valid.asOf()))
        .setExpiresIn(Duration.newBuilder()
            .setSeconds(valid.expiresIn().getSeconds())
            .setNanos(valid.expiresIn().getNano()))
        .build();
  }
}
