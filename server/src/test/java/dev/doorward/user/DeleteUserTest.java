package dev.doorward.user;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.DeleteUserRequest;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.User;
import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class DeleteUserTest {

  private final TestServer server;

  DeleteUserTest(TestServer server) {
    this.server = server;
  }

  @Test
  void aUserGoesWithTheirSessionsAndAccountsAndNobodyElses() {
    User user = withSessionAndAccount();
    User neighbour = withSessionAndAccount();

    delete(request(user));

    assertThat(belongings(user)).isZero();
    assertThat(belongings(neighbour)).isEqualTo(3);
    assertThat(server.trail().event(user.getId())).isEqualTo("USER_DELETED - - - local");
    assertThat(server.trail().revocations(user.getId())).containsExactly("USER_DELETED -");
    assertThat(server.trail().revocations(neighbour.getId())).isEmpty();
  }

  @Test
  void theirIdAndAddressAreFreeAgain() {
    User user = server.given().user();
    delete(request(user));

    User next = server
        .given()
        .user(User.newBuilder().setId(user.getId()).setEmail(user.getEmail()).build());

    assertThat(next.getId()).isEqualTo(user.getId());
    assertThat(next.hasName()).isFalse();
  }

  @Test
  void aUserWhoIsMissingIsNotFoundUnlessThatIsAllowed() {
    DeleteUserRequest.Builder nobody = DeleteUserRequest.newBuilder().setUserId("nobody 🦊");

    assertRefused(Status.Code.NOT_FOUND, Reason.USER_NOT_FOUND, () -> delete(nobody));
    delete(nobody.setAllowMissing(true));
    delete(nobody.setEtag("x"));
    assertThat(server.trail().events("nobody")).isEmpty();
  }

  @Test
  void theEtagMustBeCurrent() {
    User user = withSessionAndAccount();
    User disabled = server
        .users()
        .disableUser(DisableUserRequest.newBuilder().setUserId(user.getId()).build())
        .getUser();

    for (String etag : new String[] {user.getEtag(), "garbage!", "zzzzzzzzzzzz"}) {
      assertRefused(
          Status.Code.ABORTED,
          Reason.ETAG_MISMATCH,
          () -> delete(request(user).setEtag(etag).setAllowMissing(true)));
    }
    assertThat(belongings(user)).isEqualTo(2);

    delete(request(user).setEtag(disabled.getEtag()));
    assertThat(belongings(user)).isZero();
  }

  @Test
  void anIdIsRequired() {
    assertInvalid(() -> delete(DeleteUserRequest.newBuilder().setAllowMissing(true)), "user_id");
  }

  private User withSessionAndAccount() {
    User user = server.given().user();
    server.given().session(user);
    server.given().account(user);
    return user;
  }

  /** The rows of a user: their own, their sessions' and their accounts'. */
  private long belongings(User user) {
    String id = user.getId();
    return server.rows().count("user WHERE id = ?", id)
        + server.rows().count("session WHERE userId = ?", id)
        + server.rows().count("account WHERE userId = ?", id);
  }

  private static DeleteUserRequest.Builder request(User user) {
    return DeleteUserRequest.newBuilder().setUserId(user.getId());
  }

  private void delete(DeleteUserRequest.Builder request) {
    server.users().deleteUser(request.build());
  }
}
