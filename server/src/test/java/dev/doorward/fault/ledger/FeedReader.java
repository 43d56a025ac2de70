package dev.doorward.fault.ledger;

import dev.doorward.fault.ledger.Findings.Kind;
import dev.doorward.testing.Await;
import dev.doorward.v1.FeedPosition;
import dev.doorward.v1.GetFeedHeadRequest;
import dev.doorward.v1.Revocation;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.WatchRevocationsRequest;
import dev.doorward.v1.WatchRevocationsResponse;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Follows the feed of revocations through whatever befalls it: from where it was, whenever a stream has ended. */
final class FeedReader implements Follower {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Site site;
  private final Findings findings;
  private final Set<String> heard = ConcurrentHashMap.newKeySet();
  private final Context.CancellableContext context = Context.current().withCancellation();
  private final Thread thread = new Thread(context.wrap(this::follow), "feed-reader");
  private volatile FeedPosition position;
  private volatile long resetNanos = Long.MIN_VALUE;
  private volatile boolean over;

  FeedReader(Site site, Findings findings) {
    this.site = site;
    this.findings = findings;
    thread.start();
    Await.until(LIMIT, "the feed begins", () -> position != null);
  }

  @Override
  public void finish(Collection<Expected> users, Findings findings) {
    Await.until(LIMIT, "the feed comes to its head", this::isAtHead);
    users.stream()
        .flatMap(user -> user.entries().stream()
            .filter(Entry::isAcknowledged)
            .filter(entry -> resetNanos == Long.MIN_VALUE || entry.intendedNanos() > resetNanos)
            .filter(entry -> !heard.contains(of(entry, user)) && isEnd(entry)))
        .forEach(entry -> findings.add(Kind.LOST, "the feed never told of " + entry));
  }

  @Override
  public void close() {
    over = true;
    context.cancel(null);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isEnd(Entry entry) {
    return !of(entry, new Expected(entry)).isEmpty();
  }

  private static String of(Entry entry, Expected user) {
    return switch (entry.operation()) {
      case REVOKE_SESSION -> entry.subject();
      case REVOKE_USER_SESSIONS -> "all of " + user.userId();
      case DELETE_USER -> "user " + user.userId();
      case CREATE_USER, SIGN_UP, CREATE_SESSION, LINK_ACCOUNT, UPDATE_USER -> "";
    };
  }

  private void follow() {
    while (!over) {
      try {
        WatchRevocationsRequest.Builder request = WatchRevocationsRequest.newBuilder();
        if (position != null) {
          request.setPosition(position);
        }
        SessionServiceGrpc.newBlockingStub(site.anyServer())
            .withWaitForReady()
            .watchRevocations(request.build())
            .forEachRemaining(this::hear);
      } catch (StatusRuntimeException e) {
        if (Answers.meaning(e) == Answers.Meaning.WRONG) {
          findings.add(Kind.WRONG_ANSWER, e.getStatus() + " to a reader of the feed");
        }
        Load.pass(PAUSE);
      }
    }
  }

  private void hear(WatchRevocationsResponse message) {
    switch (message.getMessageCase()) {
      case HELLO -> position = message.getHello().getPosition();
      case BATCH -> {
        message.getBatch().getRevocationsList().forEach(this::hear);
        position = message.getBatch().getPosition();
      }
      case RESET -> {
        resetNanos = System.nanoTime();
        position = message.getReset().getPosition();
      }
      case HEARTBEAT, MESSAGE_NOT_SET -> {}
    }
  }

  private void hear(Revocation revocation) {
    FeedPosition.Builder next = position.toBuilder();
    long before = next.getSeqs(revocation.getLane());
    if (revocation.getSeq() > before + 1) {
      findings.add(
          Kind.LOST,
          revocation.getSeq() - before - 1,
          "numbers of lane " + revocation.getLane() + " after " + before + ", in the feed");
    }
    position = next.setSeqs(revocation.getLane(), Math.max(before, revocation.getSeq()))
        .build();
    heard.add(
        switch (revocation.getKind()) {
          case REVOCATION_KIND_SESSION_REVOKED -> revocation.getSessionId();
          case REVOCATION_KIND_USER_SESSIONS_REVOKED -> "all of " + revocation.getUserId();
          case REVOCATION_KIND_USER_DELETED -> "user " + revocation.getUserId();
          default -> "";
        });
  }

  private boolean isAtHead() {
    try {
      FeedPosition head = SessionServiceGrpc.newBlockingStub(site.anyServer())
          .getFeedHead(GetFeedHeadRequest.getDefaultInstance())
          .getHead();
      FeedPosition here = position;
      for (int lane = 0; lane < head.getSeqsCount(); lane++) {
        if (here.getSeqs(lane) < head.getSeqs(lane)) {
          return false;
        }
      }
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }
}
