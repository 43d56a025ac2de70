package dev.doorward.client;

import dev.doorward.nearcache.NearCache;
import dev.doorward.nearcache.TokenKey;
import dev.doorward.v1.BatchValidateSessionsRequest;
import dev.doorward.v1.BatchValidateSessionsResponse;
import dev.doorward.v1.BatchValidateSessionsResult;
import dev.doorward.v1.Consistency;
import dev.doorward.v1.ErrorReason;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.SessionServiceGrpc.SessionServiceStub;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.ValidateSessionResponse;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the server is being asked about tokens: once for all who ask about the same one at the same time, and about many in
 * one call while several calls are open. Every answer goes into the near cache, if its rules allow.
 */
final class Questions {

  /** As many calls as are open before questions wait, to be sent together. */
  private static final int MAX_OPEN_CALLS = 4;

  /** As many as BatchValidateSessions takes. */
  private static final int MAX_BATCH = 500;

  private static final int MAX_WAITING = 100_000;

  /** Which a server may ask for, and may not have done yet. */
  private static final long SHORTEST_LEASE_NANOS = Received.SHORTEST_LEASE.toNanos();

  private final SessionServiceStub sessions;
  private final NearCache<ValidateSessionResponse> cache;
  private final long deadlineNanos;
  private final ConcurrentHashMap<TokenKey, Question> open = new ConcurrentHashMap<>();

  private final Object lock = new Object();
  private final Queue<Question> waiting = new ArrayDeque<>();
  private int openCalls;

  Questions(Channel channel, NearCache<ValidateSessionResponse> cache, Duration deadline) {
    this.sessions = SessionServiceGrpc.newStub(channel);
    this.cache = cache;
    this.deadlineNanos = deadline.toNanos();
  }

  CompletableFuture<Optional<ValidateSessionResponse>> ask(TokenKey key, String token) {
    Question mine = new Question(key, token);
    Question shared = open.compute(key, (same, asked) -> canShare(asked) ? asked : mine);
    if (shared == mine) {
      submit(mine);
    }
    return shared.answer;
  }

  /** The answer to what was asked a lease ago may be older than a revocation that nobody may ignore any more. */
  private boolean canShare(Question asked) {
    return asked != null
        && asked.ageNanos() < Math.min(cache.lease().toNanos(), SHORTEST_LEASE_NANOS);
  }

  private void submit(Question question) {
    synchronized (lock) {
      if (openCalls == MAX_OPEN_CALLS) {
        if (waiting.size() == MAX_WAITING) {
          question.fail(Status.UNAVAILABLE.withDescription("too many tokens are being validated"));
        } else {
          waiting.add(question);
        }
        return;
      }
      openCalls++;
    }
    send(List.of(question));
  }

  /** A call has ended. */
  private void next() {
    List<Question> batch = new ArrayList<>();
    synchronized (lock) {
      while (batch.isEmpty() && !waiting.isEmpty()) {
        while (batch.size() < MAX_BATCH && !waiting.isEmpty()) {
          Question question = waiting.remove();
          if (question.ageNanos() < deadlineNanos) {
            batch.add(question);
          } else {
            question.fail(Status.DEADLINE_EXCEEDED.withDescription("the question waited too long"));
          }
        }
      }
      if (batch.isEmpty()) {
        openCalls--;
        return;
      }
    }
    send(batch);
  }

  private void send(List<Question> batch) {
    batch.forEach(Question::begin);
    // Of nobody's context, for others than the one who asked first may wait for the answer too.
    Context.ROOT.run(() -> {
      if (batch.size() == 1) {
        sendOne(batch.get(0));
      } else {
        sendAll(batch);
      }
    });
  }

  private void sendOne(Question question) {
    ValidateSessionRequest request = ValidateSessionRequest.newBuilder()
        .setSessionToken(question.token)
        .setConsistency(Consistency.CONSISTENCY_FRESH)
        .build();
    sessions.validateSession(
        request,
        new Answer<ValidateSessionResponse>(
            question::good,
            thrown -> {
              if (isNoSession(thrown)) {
                question.absent();
              } else {
                question.fail(thrown);
              }
            },
            this::next));
  }

  private void sendAll(List<Question> batch) {
    BatchValidateSessionsRequest.Builder request = BatchValidateSessionsRequest.newBuilder();
    batch.forEach(question -> request.addSessionTokens(question.token));
    sessions.batchValidateSessions(
        request.build(),
        new Answer<BatchValidateSessionsResponse>(
            response -> {
              for (int i = 0; i < batch.size(); i++) {
                batch.get(i).answered(response.getResults(i));
              }
            },
            thrown -> batch.forEach(question -> question.fail(thrown)),
            this::next));
  }

  private static boolean isNoSession(Throwable thrown) {
    return DoorwardErrors.reasonOf(thrown)
        .filter(reason -> reason == ErrorReason.ERROR_REASON_SESSION_NOT_FOUND)
        .isPresent();
  }

  /** One token, and whoever waits to know about it. */
  private final class Question {

    private final TokenKey key;
    private final String token;
    private final long askedNanos = System.nanoTime();
    private final CompletableFuture<Optional<ValidateSessionResponse>> answer =
        new CompletableFuture<>();
    private NearCache<ValidateSessionResponse>.Fill fill;

    private Question(TokenKey key, String token) {
      this.key = key;
      this.token = token;
    }

    private long ageNanos() {
      return System.nanoTime() - askedNanos;
    }

    /** Before it is sent. */
    private void begin() {
      fill = cache.fill(key);
    }

    private void answered(BatchValidateSessionsResult result) {
      if (result.hasValid()) {
        good(result.getValid());
      } else {
        absent();
      }
    }

    private void good(ValidateSessionResponse response) {
      ValidateSessionResponse kept =
          response.toBuilder().clearAsOf().clearExpiresIn().build();
      fill.good(
          kept,
          response.getUser().getId(),
          response.getSession().getId(),
          Received.lane(response.getAsOf()),
          response.getAsOf().getSeq(),
          Received.rest(response.getExpiresIn()));
      open.remove(key, this);
      answer.complete(Optional.of(kept));
    }

    private void absent() {
      fill.absent();
      open.remove(key, this);
      answer.complete(Optional.empty());
    }

    private void fail(Status status) {
      fail(status.asRuntimeException());
    }

    private void fail(Throwable thrown) {
      open.remove(key, this);
      answer.completeExceptionally(thrown);
    }
  }
}
