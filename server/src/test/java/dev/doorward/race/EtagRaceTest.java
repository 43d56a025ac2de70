package dev.doorward.race;

import static dev.doorward.testing.Refusals.reason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Race;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.DeleteUserRequest;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class EtagRaceTest {

  private final TestServer server;

  EtagRaceTest(TestServer server) {
    this.server = server;
  }

  @RepeatedTest(20)
  void ofTwoUpdatesOfOneStateOneHappens() {
    assertOneUpdateHappens(2);
  }

  @RepeatedTest(10)
  void ofManyUpdatesOfOneStateOneHappens() {
    assertOneUpdateHappens(16);
  }

  @RepeatedTest(20)
  void ofAnUpdateAndADeletionOfOneStateOneHappens() {
    User user = server.given().user();
    User neighbour = server.given().user();

    Race<String> race = Race.of(List.of(() -> rename(user, "Grace Hopper").getName(), () -> {
      delete(user);
      return "(deleted)";
    }));

    boolean deleted = race.assertOneAnswered().equals("(deleted)");
    assertThat(reason(race.refusals().get(0)))
        .isEqualTo(deleted ? Reason.USER_NOT_FOUND : Reason.ETAG_MISMATCH);
    assertThat(server.rows().count("user WHERE id = ?", user.getId())).isEqualTo(deleted ? 0 : 1);
    assertThat(server.rows().count("revocation WHERE userId = ?", user.getId())).isEqualTo(1);
    assertThat(server.rows().count("user WHERE id = ?", neighbour.getId())).isEqualTo(1);
  }

  private void assertOneUpdateHappens(int runners) {
    User user = server.given().user();
    RowCounts before = RowCounts.of(server.rows());

    Race<User> race = Race.of(runners, runner -> rename(user, "Ada " + runner));

    User winner = race.assertOneAnswered();
    race.assertOthersRefused(Status.Code.ABORTED, Reason.ETAG_MISMATCH);
    assertThat(server.rows().text("SELECT name FROM user WHERE id = ?", user.getId()))
        .isEqualTo(winner.getName());
    assertThat(winner.getEtag()).isNotEqualTo(user.getEtag());
    assertThat(RowCounts.of(server.rows()).since(before)).isEqualTo(new RowCounts(0, 0, 0, 1, 0));
    assertThat(server.rows().count("revocation WHERE userId = ?", user.getId())).isEqualTo(1);
  }

  private User rename(User user, String name) {
    return server
        .users()
        .updateUser(UpdateUserRequest.newBuilder()
            .setUser(
                User.newBuilder().setId(user.getId()).setEtag(user.getEtag()).setName(name))
            .build())
        .getUser();
  }

  private void delete(User user) {
    server
        .users()
        .deleteUser(DeleteUserRequest.newBuilder()
            .setUserId(user.getId())
            .setEtag(user.getEtag())
            .build());
  }
}
