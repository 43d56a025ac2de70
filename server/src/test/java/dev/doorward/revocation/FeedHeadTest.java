package dev.doorward.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.doorward.error.Reason;
import dev.doorward.testing.Await;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Race;
import dev.doorward.testing.Refusals;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.FeedPosition;
import dev.doorward.v1.GetFeedHeadRequest;
import dev.doorward.v1.GetFeedHeadResponse;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SessionServiceGrpc;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class FeedHeadTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final TestServer server;

  FeedHeadTest(TestServer server) {
    this.server = server;
  }

  /** On every server alike, and while many ask at once and share reads. */
  @Test
  void whatWasAcknowledgedBeforeTheQuestionIsInTheAnswer() {
    try (TestServer another = TestServer.start(TestMariaDb.shared())) {
      Race.<Void>of(8, runner -> {
            for (int i = 0; i < 40; i++) {
              Session session = server.given().session();
              server
                  .sessions()
                  .revokeSession(RevokeSessionRequest.newBuilder()
                      .setSessionId(session.getId())
                      .build());
              FeedPosition head = another
                  .sessions()
                  .getFeedHead(GetFeedHeadRequest.getDefaultInstance())
                  .getHead();
              long seq = Long.parseLong(server
                  .rows()
                  .text("SELECT seq FROM revocation WHERE sessionId = ?", session.getId()));
              assertThat(head.getSeqs(Revocation.lane(session.getUserId())))
                  .isGreaterThanOrEqualTo(seq);
            }
            return null;
          })
          .assertAllAnswered();
    }
  }

  @Test
  void thoseBeyondTheLimitAreRefusedWhileTheOthersWait() {
    try (TestServer busy = TestServer.start(TestMariaDb.shared(), "limit.feed-heads", "3")) {
      Set<Optional<Reason>> seen = new HashSet<>();
      Await.until(LIMIT, "some are answered, others refused", () -> {
        Stream.generate(() -> askForHead(busy))
            .limit(200)
            .toList() // All are asked before the first is waited for.
            .forEach(head -> seen.add(refusal(head)));
        return seen.size() > 1;
      });

      assertThat(seen).containsExactlyInAnyOrder(Optional.empty(), Optional.of(Reason.OVERLOADED));
      for (int i = 0; i < 20; i++) {
        assertThat(refusal(askForHead(busy))).isEmpty();
      }
    }
  }

  private static ListenableFuture<GetFeedHeadResponse> askForHead(TestServer server) {
    return SessionServiceGrpc.newFutureStub(server.channel())
        .getFeedHead(GetFeedHeadRequest.getDefaultInstance());
  }

  /** Why the call was refused, if it was. */
  private static Optional<Reason> refusal(ListenableFuture<GetFeedHeadResponse> call) {
    try {
      assertThat(call.get().getHead().getSeqsCount()).isEqualTo(16);
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(Refusals.reason((StatusRuntimeException) e.getCause()));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
