package dev.doorward.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Race;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.FeedPosition;
import dev.doorward.v1.GetFeedHeadRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class FeedHeadTest {

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
}
